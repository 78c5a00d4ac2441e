#pragma once
// The door: bytes of one message in, a StampedEvent or a refusal out (SEMANTICS 1). Everything that
// is checked is checked here, once; nothing downstream checks again.
//
//   Door door(options);
//   Verdict v = door.check(Arrival{.body = bytes, .headers = headers, .arrived_at = now});
//   if (v.accepted) log.append(v.accepted->key, v.accepted->bytes);
//   else dead.append(arrival, *v.refused);
//
// CloudEvents 1.0 binary (`ce_`/`ce-` headers) and structured (`application/cloudevents+json`),
// protobuf or protobuf JSON inside; with no CloudEvents headers a bare protobuf WorkEvent
// (Lane::kWork) or IndicatorEvent (Lane::kIndicator), or its JSON form under content type
// application/json. Pure: no clock, no I/O; may be used from several threads at once, if the
// functions in its options may.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "workitem/event.h"

namespace kip {

enum class Lane : std::uint8_t { kWork, kIndicator };  // kip.work.v1, kip.indicators.v1

struct Limits {
  std::size_t event_bytes_max = 1 << 20;
  std::size_t id_bytes_max = 200;
  std::size_t text_bytes_max = 1024;
  std::size_t dependencies_max = 100;
  int json_depth_max = 32;  // objects and arrays open at once in the event itself
};

struct DoorOptions {
  Limits limits;
  std::function<bool(std::string_view unit_id)> unit_known;  // never asked about ""; none: all are
  std::function<bool(std::string_view source)> titles_trusted;  // titles of dossiers are kept
  bool titles_kept = false;                                     // --registry open
};

// Names as they came; compared without case.
using Headers = std::vector<std::pair<std::string, std::string>>;

struct Arrival {
  std::optional<std::string_view> body;  // none: a null value
  Headers headers;                       // with content-type
  Lane lane = Lane::kWork;
  Instant arrived_at{};  // becomes ingested_at and what "a day ahead" compares with ...
  bool arrived_at_from_record = false;  // ... unless true (clock log): then `recordedtime`, else
  bool has_record_time = false;         // arrived_at if `has_record_time`, else occurred_at
  std::string channel;                  // http, import, kafka:TOPIC
  std::string principal;
};

// Why it was refused. `code` is stable and short (metrics, kip.* headers): codes.h lists them.
// `field` is the name in the contract, dotted ("step.due_at"), the header or envelope attribute, or
// "body". `reason` is one sentence.
struct Refusal {
  std::string code;
  std::string field;
  std::string reason;
};

struct Accepted {
  enum class What : std::uint8_t { kEvent, kIndicator, kReport };
  What what = What::kEvent;
  std::string key;    // item_id, indicator_id or source
  std::string bytes;  // serialized kip.v1.StampedEvent
  std::string source;
  std::string event_id;
  Instant ingested_at{};
  std::uint32_t unknown_json_fields = 0;  // ignored, counted
  bool csv_row = false;                   // of an event log in the CSV layout (csv_log.h)
};

// Exactly one of the two is there.
struct Verdict {
  std::optional<Accepted> accepted;
  std::optional<Refusal> refused;
};

class Door {
 public:
  explicit Door(DoorOptions options);
  Verdict check(const Arrival& arrival) const;
  const DoorOptions& options() const { return options_; }

 private:
  DoorOptions options_;
};

// A CloudEvents batch (application/cloudevents-batch+json): the elements' own texts, in order, each
// then checked as a structured event. It is cut at its brackets, quotes and commas without a closer
// look, so that what is wrong in one element costs that one alone. kInvalid: no array, or one that
// does not end with the text.
Result<std::vector<std::string>> split_batch(std::string_view body);

// The stored form back to the domain's (events only; kInvalid for indicators and reports, kCorrupt
// for bytes that the door did not write). The content hash is of the canonical bytes.
Result<Event> decode_stamped(std::string_view bytes);

// An indicator's value or a source's report, as it was stored; kInvalid for events.
struct Reading {
  Accepted::What what = Accepted::What::kIndicator;
  std::string subject;  // indicator_id or source
  std::string source;
  Instant as_of{};
  Sha256 content{};  // of the canonical bytes
  Instant ingested_at{};
};
Result<Reading> decode_reading(std::string_view bytes);

// The WorkEvent of stored bytes, as its source may send it. Errors as above.
Result<std::string> bare_event(std::string_view bytes);

// Who sent what is stored, and when it came; of events, indicators and reports. Errors as above.
struct Stamp {
  std::string source;
  Instant ingested_at{};
};
Result<Stamp> stamp_of(std::string_view bytes);

// Of an event only what is needed to put it off: that the rest of it can be read is not said. The
// texts are those in `bytes`. Errors as above.
struct Glimpse {
  std::string_view item_id, source;
  Instant ingested_at{};
};
Result<Glimpse> glimpse_stamped(std::string_view bytes);

}  // namespace kip
