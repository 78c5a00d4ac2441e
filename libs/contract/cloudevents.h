#pragma once
// The envelope: CloudEvents 1.0, binary (headers `ce_*` of Kafka, `ce-*` of HTTP) and structured
// (JSON), or none at all. Opens it, leaving the payload undecoded.
//
//   Envelope envelope;
//   if (auto refusal = open_envelope(arrival, limits, envelope)) return refusal;
//   decode(envelope.payload(), envelope.coding);
//
// Values of headers are percent-decoded where a %XX is valid and left as they are where not; some
// publishers send raw UTF-8, which is taken too. Attributes that the contract does not use are
// passed over. Pure. The arrival's body must outlive the envelope.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "contract/codes.h"
#include "contract/door.h"

namespace kip {

enum class Coding : std::uint8_t { kProtobuf, kJson };

// An attribute under the name by which a person finds it: "ce_subject", or "subject".
struct Attribute {
  std::string name;
  std::string value;
};

struct Envelope {
  Accepted::What what = Accepted::What::kEvent;
  Coding coding = Coding::kProtobuf;
  std::optional<Attribute> id, source, subject, time, recorded_time;
  std::string_view body;               // of the arrival, or `data` within it
  std::optional<std::string> decoded;  // data_base64

  std::string_view payload() const { return decoded ? std::string_view(*decoded) : body; }
};

MaybeRefusal open_envelope(const Arrival& arrival, const Limits& limits, Envelope& envelope);
// The source that the envelope names, of a message that was refused; empty where it cannot be read.
std::string source_named(const Arrival& arrival, const Limits& limits);

// "a%20b%" is "a b%".
std::string percent_decoded(std::string_view text);
// RFC 4648, with or without its padding; nothing for other text.
std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace kip
