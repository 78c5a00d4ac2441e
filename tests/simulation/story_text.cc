#include <google/protobuf/text_format.h>

#include "simulation/story.h"

namespace kip::sim {

using google::protobuf::Timestamp;

Ms ms(const Timestamp& time) { return time.seconds() * 1000 + time.nanos() / 1'000'000; }

void set_ms(Timestamp* time, Ms at) {
  time->set_seconds(at / 1000);
  time->set_nanos(static_cast<int>(at % 1000) * 1'000'000);
}

std::string text_of(Ms at) {
  static constexpr const char* kDays[] = {"Th", "Fr", "Sa", "Su", "Mo", "Tu", "We"};
  const std::string utc = format_rfc3339(instant_of(at + kZone));
  std::string clock = utc.substr(11, 8) + "." + std::to_string(1000 + at % 1000).substr(1);
  return kDays[(at + kZone) / kDay % 7] + (" " + utc.substr(0, 10)) + " " + clock;
}

std::string text_of(const google::protobuf::Message& message) {
  if (message.GetDescriptor() == Timestamp::descriptor()) {
    return text_of(ms(static_cast<const Timestamp&>(message)));
  }
  const auto* look = message.GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  look->ListFields(message, &fields);
  std::string out;
  const auto add = [&](const google::protobuf::FieldDescriptor* field, int index) {
    out += (out.empty() ? "" : " ") + field->name() + "=";
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
      std::string value;
      google::protobuf::TextFormat::PrintFieldValueToString(message, field, index, &value);
      out += value;
    } else {
      out += "{" +
             text_of(index < 0 ? look->GetMessage(message, field)
                               : look->GetRepeatedMessage(message, field, index)) +
             "}";
    }
  };
  for (const auto* field : fields) {
    const int n = field->is_repeated() ? look->FieldSize(message, field) : 0;
    if (!field->is_repeated()) add(field, -1);
    for (int i = 0; i < n; ++i) add(field, i);
  }
  return out;
}

std::string line_of(const v1::StampedEvent& stamped) {
  v1::WorkEvent e = stamped.event();
  std::string out = "recorded " + text_of(ms(stamped.ingested_at())) + "  " + e.item_id() + " " +
                    e.source() + " " + e.event_id() + " at " + text_of(ms(e.occurred_at())) + "  ";
  e.clear_item_id();
  e.clear_source();
  e.clear_event_id();
  e.clear_occurred_at();
  out += text_of(e);
  for (const auto& fault : stamped.faults()) out += " !" + fault;
  return out;
}

}  // namespace kip::sim
