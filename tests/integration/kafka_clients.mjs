// A client of Kafka with nothing of librdkafka in it: kafkajs publishes events, or reads a topic.
//   node kafka_clients.mjs NODE_FOLDER BROKER publish TOPIC EVENTS.json
//   node kafka_clients.mjs NODE_FOLDER BROKER read TOPIC committed|uncommitted
// Node 18 and later. EVENTS.json is a list of sends, each of {form, timestamp, event}, the event as
// a structured CloudEvent. What was read is printed, a JSON object a line.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [nodeFolder, broker, what, topic, more] = process.argv.slice(2);
const require = createRequire(join(nodeFolder, 'package.json'));
const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = require('kafkajs');
const lz4 = require('lz4js');

// Of itself kafkajs reads gzip only, and Kịp sends LZ4.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async ({ buffer }) => Buffer.from(lz4.compress(buffer)),
  decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
});

const kafka = new Kafka({ clientId: 'kafkajs', brokers: [broker], logLevel: logLevel.ERROR });

const FORMS = {
  structured: (event) => ({
    headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
    value: JSON.stringify(event),
  }),
  binary: ({ data, datacontenttype, ...attributes }) => ({
    headers: {
      'content-type': datacontenttype,
      ...Object.fromEntries(Object.entries(attributes).map(([name, it]) => [`ce_${name}`, it])),
    },
    value: JSON.stringify(data),
  }),
};

async function publish() {
  const producer = kafka.producer();
  await producer.connect();
  for (const send of JSON.parse(readFileSync(more, 'utf8'))) {
    const messages = send.map(({ form, timestamp, event }) => (
      { key: event.subject, timestamp: String(timestamp), ...FORMS[form](event) }
    ));
    await producer.send({ topic, compression: CompressionTypes.GZIP, messages });
  }
  await producer.disconnect();
}

const hex = (buffer) => buffer?.toString('hex') ?? null;

function rowOf(partition, { offset, key, value, headers, timestamp }) {
  const pairs = Object.entries(headers ?? {});
  return {
    partition,
    offset: Number(offset),
    timestamp: Number(timestamp),
    key: hex(key),
    sha256: value && createHash('sha256').update(value).digest('hex'),
    headers: pairs.flatMap(([name, values]) => [values].flat().map((it) => [name, hex(it)])),
    view: topic === 'kip.items.v1' && value ? JSON.parse(value.toString()) : null,
  };
}

// To the ends as they are now; what lies there may be nothing that is shown.
async function read() {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const left = new Map(offsets.filter(({ low, high }) => low !== high)
    .map(({ partition, high }) => [partition, BigInt(high)]));
  if (left.size === 0) return;

  const readUncommitted = more === 'uncommitted';
  const consumer = kafka.consumer({ groupId: `kafkajs ${topic} ${more}`, readUncommitted });
  const through = new Promise((done, fail) => {
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
      if (BigInt(lastOffset) + 1n >= left.get(partition)) left.delete(partition);
      if (left.size === 0) done();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error));
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      console.log(JSON.stringify(rowOf(partition, message)));
    },
  });
  await through;
  await consumer.disconnect();
}

await { publish, read }[what]();
