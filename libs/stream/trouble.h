#pragma once
// What goes wrong between us and Kafka, in one sentence each that says what to do. Of this lib
// alone.
//
//   Trouble t = *trouble_with("sasl_ssl://h:9093/bootstrap: SASL authentication error: ...", 0);
//   t.kind == Trouble::Kind::kRefused; t.words == "kafka h:9093: the user or the password ..."
//
// The words that are looked for are those of librdkafka 2.0.2 and Kafka 3.9; what is not known is
// handed on as it is, so that nothing is hidden.

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kip {

struct Trouble {
  enum class Kind : std::uint8_t {
    kAway,      // nobody answers: it heals by itself
    kMismatch,  // looks like wrong settings, may be a broker that only now comes up or goes
    kRefused,   // as long as nobody changes something it stays so
  };
  Kind kind = Kind::kAway;
  std::string words;
};

// Of a connection that failed, as librdkafka tells it: "SCHEME://HOST:PORT/...: WHY (after ...)".
// `certificate_error`: of X509_V_ERR_*, where the broker's certificate was not accepted. None: a
// connection was closed in the ordinary course.
std::optional<Trouble> trouble_with(std::string_view text, int certificate_error);

// Of any other line of librdkafka's log that is worth a word. kRefused: a right is missing, which
// the call under way does not tell as exactly.
std::optional<Trouble> trouble_in_log(std::string_view text);

// Whether `code` says that a right is missing. Who may try again by himself may not here.
bool is_missing_right(rd_kafka_resp_err_t code);
// kInvalid "kafka: no right to OPERATION the KIND NAME: kafka-acls ...", with the line that grants
// it. `kind`: topic, group, transactional-id or cluster.
Error no_right(const std::string& operation, const std::string& kind, const std::string& name);

}  // namespace kip
