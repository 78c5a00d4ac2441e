#include "app/refused.h"

#include <boost/json.hpp>

#include "app/printable.h"
#include "base/utf8.h"

namespace kip {
namespace {

std::string text(const std::string& value) {
  return utf8_valid(value) ? value : printable(value, value.size());
}

std::string line_of(boost::json::object&& begin, const Refusal& refusal) {
  begin["code"] = refusal.code;
  begin["field"] = text(refusal.field);
  begin["reason"] = text(refusal.reason);
  return boost::json::serialize(begin);
}

}  // namespace

std::string refused_json(const RefusedRow& row) {
  return line_of({{"file", text(row.file)}, {"line", row.row}}, row.refusal);
}

std::string refused_json(const DeadLetter& letter) {
  const auto event = letter.value ? decode_stamped(*letter.value) : not_found("");
  return line_of(
      {{"item_id", text(letter.key)}, {"event_id", event ? text(event->event_id) : std::string()}},
      letter.refusal);
}

}  // namespace kip
