#include "stream/client.h"

#include <openssl/x509_vfy.h>

#include <array>
#include <cstdio>
#include <utility>

#include "stream/settings.h"

namespace kip {
namespace {
constexpr int kAskMs = 10'000;
constexpr int kWarning = 4;  // of syslog; above it librdkafka tells of the ordinary course

// Set and read by the thread of one broker's connection: first its certificate is looked at, then
// it is told that it failed.
thread_local int certificate_error = X509_V_OK;

// Called for each certificate of a chain. What OpenSSL has decided stays decided; only the reason
// is kept, which librdkafka does not tell.
int look_at_certificate(rd_kafka_t*, const char*, std::int32_t, int* error, int, const char*,
                        std::size_t, char* why, std::size_t why_size, void*) {
  if (*error == X509_V_OK) return 1;
  certificate_error = *error;
  std::snprintf(why, why_size, "%d", *error);
  return 0;
}

void take_log(const rd_kafka_t* client, int level, const char* what, const char* text) {
  auto* context = static_cast<ClientContext*>(rd_kafka_opaque(client));
  if (context == nullptr) return;
  const std::string_view kind = what;
  std::string_view told = text;  // "[thrd:NAME]: ..."
  if (const auto at = told.find("]: "); told.starts_with("[thrd:") && at != told.npos)
    told.remove_prefix(at + 3);
  std::optional<Trouble> trouble;
  if (kind == "FAIL") {
    trouble = trouble_with(told, certificate_error);
    if (trouble && trouble->kind == Trouble::Kind::kAway && level > kWarning) return;
  } else if (level <= kWarning && kind != "SSLCERTVRFY") {  // that one is followed by its FAIL
    trouble = trouble_in_log(told);
  }
  if (!trouble) return;
  // Whoever asked for what he has no right to gets it as his answer.
  const bool answered = kind != "FAIL" && trouble->kind == Trouble::Kind::kRefused;
  {
    const std::scoped_lock lock(context->mutex);
    context->trouble = trouble;
    if (answered && !context->missing_right) context->missing_right = invalid(trouble->words);
    if (!context->made && kind != "FAIL") {  // not_made() says it
      context->log += "\n" + trouble->words;
      return;
    }
  }
  if (context->say && !answered) context->say(trouble->words);
}

// The same comes by take_log, at once and from every connection.
void take_error(rd_kafka_t*, int, const char*, void*) {}

// A client that cannot be made, by the setting that is named in librdkafka's text. What a wrong
// password of a key makes OpenSSL say depends on chance: what it decrypts to is noise.
Error not_made(const std::string& why, const std::string& log, bool has_key_password) {
  const std::string all = why + log;
  const auto has = [&](std::string_view part) { return all.find(part) != all.npos; };
  if (has("no password configured"))
    return invalid(
        "kafka: the key in ssl.key.location has a password: name its file with "
        "ssl.key.password_file");
  if (has("key values mismatch"))
    return invalid(
        "kafka: the key in ssl.key.location is not that of the certificate in "
        "ssl.certificate.location");
  if (has_key_password && has("ssl.key.location"))
    return invalid(
        "kafka: the password in ssl.key.password_file does not open the key in ssl.key.location, "
        "or that is no key in PEM");
  for (const char* name : {"ssl.ca.location", "ssl.certificate.location", "ssl.key.location"}) {
    if (why.find(name) != why.npos)
      return invalid("kafka: the file in " + std::string(name) + " is not in PEM: " + why);
  }
  return invalid("kafka: " + why);
}

Error worded(const std::string& words, rd_kafka_resp_err_t code) {
  if (!is_missing_right(code)) return unavailable(words);
  return invalid(words + ": this user lacks a right, see kafka-acls --list");
}

}  // namespace

Conf::Conf(const KafkaOptions& options)
    : settings_(options.settings),
      context_(std::make_unique<ClientContext>()),
      conf_(rd_kafka_conf_new()) {
  context_->say = options.say;
  rd_kafka_conf_set_opaque(conf_.get(), context_.get());
  rd_kafka_conf_set_log_cb(conf_.get(), take_log);
  rd_kafka_conf_set_error_cb(conf_.get(), take_error);
  rd_kafka_conf_set_ssl_cert_verify_cb(conf_.get(), look_at_certificate);
  if (!options.brokers.empty()) set("bootstrap.servers", options.brokers);
  set("client.id", options.client_id);
}

Conf& Conf::set(const std::string& name, const std::string& value) {
  std::array<char, 512> why{};
  const auto done =
      rd_kafka_conf_set(conf_.get(), name.c_str(), value.c_str(), why.data(), why.size());
  if (done != RD_KAFKA_CONF_OK && status_) status_ = invalid(name + ": " + why.data());
  return *this;
}

Conf& Conf::opaque(void* owner) {
  context_->opaque = owner;
  return *this;
}

Conf& Conf::producing() {
  return set("partitioner", "murmur2_random")
      .set("compression.codec", "lz4")
      .set("message.max.bytes", kMessageBytesMax);
}

Result<Owned<rd_kafka_t>> Conf::make(rd_kafka_type_t type) {
  // Last, so that what an operator tunes wins; what must not be tuned is not among them.
  const auto fits = type == RD_KAFKA_PRODUCER ? fits_producer : fits_consumer;
  for (const auto& [name, value] : settings_) {
    if (fits(name)) set(name, value);
  }
  if (!status_) return status_.error();
  std::array<char, 512> why{};
  Owned<rd_kafka_t> made(rd_kafka_new(type, conf_.get(), why.data(), why.size()));
  {
    const std::scoped_lock lock(context_->mutex);
    if (!made) return not_made(why.data(), context_->log, settings_.contains("ssl.key.password"));
    context_->made = true;
  }
  static_cast<void>(conf_.release());     // librdkafka's now
  static_cast<void>(context_.release());  // its client's
  return made;
}

std::optional<Trouble> take_trouble(rd_kafka_t* client) {
  auto& context = *static_cast<ClientContext*>(rd_kafka_opaque(client));
  const std::scoped_lock lock(context.mutex);
  return std::exchange(context.trouble, std::nullopt);
}

std::optional<Error> missing_right(rd_kafka_t* client) {
  auto& context = *static_cast<ClientContext*>(rd_kafka_opaque(client));
  const std::scoped_lock lock(context.mutex);
  return context.missing_right;
}

Error kafka_error(const std::string& what, rd_kafka_resp_err_t code) {
  return worded(what + ": " + rd_kafka_err2str(code), code);
}

Status kafka_status(const std::string& what, rd_kafka_error_t* error) {
  if (error == nullptr) return {};
  Error out = worded(what + ": " + rd_kafka_error_string(error), rd_kafka_error_code(error));
  rd_kafka_error_destroy(error);
  return out;
}

Error not_taken(const rd_kafka_message_t& message) {
  const std::string topic = rd_kafka_topic_name(message.rkt);
  if (message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    return no_right("Write", "topic", topic);
  return kafka_error("produce to " + topic, message.err);
}

// Who may write no topic at all gets no idempotent producer: that ends it with a fatal error.
std::optional<Error> no_right_at_all(rd_kafka_t* producer, const std::string& topic) {
  if (rd_kafka_fatal_error(producer, nullptr, 0) != RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
    return std::nullopt;
  return no_right("Write", "topic", topic);
}

std::optional<Error> ended(rd_kafka_t* client) {
  std::array<char, 512> why{};
  const auto code = rd_kafka_fatal_error(client, why.data(), why.size());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  const bool fenced = code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
  return Error{fenced ? Errc::kFenced : Errc::kUnavailable, std::string("kafka: ") + why.data()};
}

std::optional<Error> not_read(const rd_kafka_message_t& message, const std::string& group) {
  const std::string topic = message.rkt == nullptr ? "" : rd_kafka_topic_name(message.rkt);
  if (message.err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    return no_right("Read", "group", group);
  if (message.err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    return no_right("Read", "topic", topic);
  if (message.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    return unavailable("kafka: there is no topic " + topic + " any more");
  return std::nullopt;
}

void keep_first_failure(rd_kafka_t* producer, const rd_kafka_message_t* message, void* opaque) {
  auto& failure = opaque_of<std::optional<Error>>(opaque);
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR || failure) return;
  failure = no_right_at_all(producer, rd_kafka_topic_name(message->rkt));
  if (!failure) failure = not_taken(*message);
}

Result<bool> try_produce(rd_kafka_t* producer, const Outgoing& m) {
  const auto bytes = [](const std::optional<std::string_view>& text) {
    decltype(rd_kafka_vu_t{}.u.mem) out{};
    if (text) out = {const_cast<char*>(text->data()), text->size()};  // NOLINT: copied by it
    return out;
  };
  std::array<rd_kafka_vu_t, 8> parts{};
  parts[0] = {.vtype = RD_KAFKA_VTYPE_TOPIC, .u = {.cstr = m.topic}};
  parts[1] = {.vtype = RD_KAFKA_VTYPE_PARTITION, .u = {.i32 = m.partition}};
  parts[2] = {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u = {.i = RD_KAFKA_MSG_F_COPY}};
  parts[3].vtype = RD_KAFKA_VTYPE_KEY;
  parts[3].u.mem = bytes(m.key);
  parts[4].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[4].u.mem = bytes(m.value);
  parts[5] = {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u = {.i64 = m.time ? ms_of(*m.time) : 0}};
  parts[6] = {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u = {.ptr = m.opaque}};
  parts[7] = {.vtype = RD_KAFKA_VTYPE_HEADERS, .u = {.headers = m.headers}};
  rd_kafka_error_t* error =
      rd_kafka_produceva(producer, parts.data(), m.headers ? parts.size() : parts.size() - 1);
  if (error == nullptr) return true;
  if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
    rd_kafka_error_destroy(error);
    return false;
  }
  if (m.headers) rd_kafka_headers_destroy(m.headers);
  if (auto missing = no_right_at_all(producer, m.topic)) {
    rd_kafka_error_destroy(error);
    return *missing;
  }
  return kafka_status(std::string("produce to ") + m.topic, error).error();
}

Status produce(rd_kafka_t* producer, const Outgoing& message) {
  constexpr int kQueueFullMs = 100;
  for (;;) {
    auto taken = try_produce(producer, message);
    if (!taken) return taken.error();
    if (*taken) return {};
    rd_kafka_poll(producer, kQueueFullMs);
  }
}

Result<std::int32_t> partition_count(rd_kafka_t* client, const std::string& name) {
  const struct rd_kafka_metadata* found = nullptr;
  rd_kafka_topic_t* topic = rd_kafka_topic_new(client, name.c_str(), nullptr);
  auto code = rd_kafka_metadata(client, 0, topic, &found, kAskMs);
  rd_kafka_topic_destroy(topic);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(name, code);
  const std::int32_t count = found->topic_cnt == 1 ? found->topics[0].partition_cnt : 0;
  if (found->topic_cnt == 1) code = found->topics[0].err;
  rd_kafka_metadata_destroy(found);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(name, code);
  return count;
}

namespace {
constexpr std::size_t kBulkMessages = 1'000, kBulkKeyBytes = 64U << 10;
constexpr std::size_t kOnTheWayBytes = 64U << 20;  // far below queue.buffering.max.kbytes
constexpr int kOnTheWayMessages = 500'000;         // and ....messages of our producers
constexpr int kFlushMs = 30'000;
}  // namespace

Bulk::Bulk(rd_kafka_t* producer, rd_kafka_topic_t* topic, std::int32_t partition)
    : producer_(producer), topic_(topic), partition_(partition) {
  keys_.reserve(kBulkKeyBytes);  // never grows: messages point into it
  messages_.reserve(kBulkMessages);
}

Status Bulk::add(std::string_view key, std::optional<std::string_view> value) {
  if (messages_.size() == kBulkMessages || keys_.size() + key.size() > kBulkKeyBytes) {
    if (Status done = flush(); !done) return done;
  }
  rd_kafka_message_t& message = messages_.emplace_back();
  message.key = keys_.data() + keys_.size();
  message.key_len = key.size();
  keys_ += key;
  if (value) {
    message.payload = const_cast<char*>(value->data());  // NOLINT: copied by it
    message.len = value->size();
  }
  bytes_ += key.size() + message.len;
  return {};
}

Status Bulk::flush() {
  if (messages_.empty()) return {};
  const auto count = static_cast<int>(messages_.size());
  const int sent =
      rd_kafka_produce_batch(topic_, partition_, RD_KAFKA_MSG_F_COPY, messages_.data(), count);
  if (sent != count) {
    for (const rd_kafka_message_t& message : messages_) {
      if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      return kafka_error(std::string("produce to ") + rd_kafka_topic_name(topic_), message.err);
    }
  }
  messages_.clear();
  keys_.clear();
  if (bytes_ < kOnTheWayBytes && rd_kafka_outq_len(producer_) < kOnTheWayMessages) return {};
  bytes_ = 0;
  const auto code = rd_kafka_flush(producer_, kFlushMs);
  return code == RD_KAFKA_RESP_ERR_NO_ERROR ? Status() : kafka_error("flush", code);
}

Result<Watermarks> watermarks(rd_kafka_t* client, const std::string& topic,
                              std::int32_t partition) {
  Watermarks w;
  const auto code =
      rd_kafka_query_watermark_offsets(client, topic.c_str(), partition, &w.low, &w.high, kAskMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return kafka_error(topic + " " + std::to_string(partition), code);
  return w;
}

}  // namespace kip
