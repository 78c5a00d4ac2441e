#pragma once
// kafka.yaml, named with --kafka-config: TLS, user and password, and what of librdkafka may be
// tuned. A flat mapping of librdkafka's own names, of a closed list (stream/setting_list.h):
//
//   security.protocol: sasl_ssl
//   sasl.mechanism: SCRAM-SHA-512
//   sasl.username: kip
//   sasl.password_file: secrets/kafka-password      # relative: to the folder of this file
//
// Settings that lose messages, break exactly-once, or let anybody stand in for a broker are
// refused, each with its reason. Secrets come from files that no other user may read; neither they
// nor the names of their files are in any message.

#include <string>

#include "base/result.h"
#include "config/reader.h"
#include "stream/options.h"

namespace kip {

// kNotFound: no such file. kInvalid: all mistakes, one a line, with file, line and key.
Result<KafkaSettings> load_kafka_settings(const std::string& path);
// The same from its text; files that it names are looked for from `folder`.
KafkaSettings read_kafka_settings(const std::string& file, const std::string& text,
                                  const std::string& folder, Problems& problems);
// Whether the setting is for a producer, or else for a consumer.
bool fits_producer(const std::string& name);
bool fits_consumer(const std::string& name);

}  // namespace kip
