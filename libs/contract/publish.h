#pragma once
// What goes out: alerts and item views in the public form (proto/kip/v1/alert.proto, view.proto),
// as protobuf and as its JSON in snake_case with unset fields absent. Pure; any thread.

#include <string>
#include <string_view>

#include "base/result.h"
#include "kip/v1/view.pb.h"
#include "rules/item.h"

namespace kip {

v1::AlertEvent alert_event(const AlertChange& change);
std::string encode_alert(const AlertChange& change);
// The AlertEvent without detected_at, the only field that two writings of one revision may differ
// in.
std::string comparable_alert(std::string_view alert_bytes);

// The subject, an item id say, that stored AlertEvent bytes are about.
Result<std::string> alert_subject(std::string_view alert_bytes);

// The view of an item at `now` (figures that run with time are of that instant).
v1::ItemView item_view(const ItemState& item, const Policy& policy, Instant now);
std::string view_json(const ItemState& item, const Policy& policy, Instant now);

// Of a view in JSON, as on kip.items.v1: its unit and its state (empty: not open). kInvalid: it is
// no view.
struct SeenItem {
  std::string unit, state;
};
Result<SeenItem> read_view(std::string_view view_json);

std::string json_of(const google::protobuf::Message& message);
Result<std::string> alert_json(std::string_view alert_bytes);      // of stored AlertEvent bytes
Result<std::string> stamped_json(std::string_view stamped_bytes);  // of stored StampedEvent bytes

}  // namespace kip
