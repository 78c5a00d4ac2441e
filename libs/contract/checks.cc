#include "contract/checks.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/utf8.h"
#include "contract/proto_values.h"

namespace kip {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Timestamp;
using google::protobuf::UnknownFieldSet;

// Every other string of the contract is an id or a code and has an id's limit.
bool is_text(const FieldDescriptor& field) {
  static constexpr std::array<std::string_view, 8> kTexts = {
      "title", "authority", "expected_result", "field", "clear", "measure", "document", "name"};
  return std::find(kTexts.begin(), kTexts.end(), field.name()) != kTexts.end();
}

std::string over_limit(const std::string& name, std::size_t is, const char* limit,
                       std::size_t max) {
  return name + " has " + std::to_string(is) + " bytes; the limit " + limit + " is " +
         std::to_string(max);
}

MaybeRefusal check_time(const Timestamp& time, const std::string& name) {
  if (time.nanos() < 0 || time.nanos() > 999'999'999) {
    return Refusal{code::kBadTime, name, name + " has nanoseconds outside 0 to 999999999"};
  }
  // Whole seconds on both sides: as milliseconds a wild number would overflow.
  const bool early = time.seconds() < ms_of(kEarliestTime) / 1000;
  const bool late = time.seconds() >= ms_of(kLatestTime) / 1000;
  if (!early && !late) return std::nullopt;
  return Refusal{code::kTimeRange, name, name + " lies outside the years 1900 to 9999"};
}

// Over everything that is set in a message, whichever it is.
class Walk {
 public:
  explicit Walk(const Limits& limits) : limits_(limits) {}

  MaybeRefusal message(const google::protobuf::Message& message, const std::string& path) {
    const auto* access = message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    access->ListFields(message, &fields);
    for (const auto* field : fields) {
      if (auto refusal = value(message, *field, path)) return refusal;
    }
    return std::nullopt;
  }

 private:
  MaybeRefusal value(const google::protobuf::Message& of, const FieldDescriptor& field,
                     const std::string& path) {
    const auto* access = of.GetReflection();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) return strings(of, field, path);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const google::protobuf::Message& inner = access->GetMessage(of, &field);
      if (field.message_type() != Timestamp::descriptor()) {
        return message(inner, path + field.name() + ".");
      }
      return check_time(static_cast<const Timestamp&>(inner), path + field.name());
    }
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      const int number = access->GetEnumValue(of, &field);
      if (field.enum_type()->FindValueByNumber(number) != nullptr) return std::nullopt;
      const std::string name = path + field.name();
      return Refusal{
          code::kUnknownEnum, name,
          name + " is no value of " + field.enum_type()->name() + ": " + std::to_string(number)};
    }
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE &&
        !std::isfinite(access->GetDouble(of, &field))) {
      const std::string name = path + field.name();
      return Refusal{code::kNotFinite, name, name + " is not a finite number"};
    }
    return std::nullopt;
  }

  MaybeRefusal strings(const google::protobuf::Message& of, const FieldDescriptor& field,
                       const std::string& path) {
    const auto* access = of.GetReflection();
    std::string scratch;
    if (!field.is_repeated()) {
      return string(access->GetStringReference(of, &field, &scratch), field, path);
    }
    const int n = access->FieldSize(of, &field);
    if (field.full_name() == "kip.v1.ItemIds.ids" &&
        static_cast<std::size_t>(n) > limits_.dependencies_max) {
      return Refusal{code::kTooManyDependencies, "depends_on",
                     "depends_on names " + std::to_string(n) +
                         " items; the limit dependencies_max is " +
                         std::to_string(limits_.dependencies_max)};
    }
    for (int i = 0; i < n; ++i) {
      const auto& each = access->GetRepeatedStringReference(of, &field, i, &scratch);
      if (auto refusal = string(each, field, path)) return refusal;
    }
    return std::nullopt;
  }

  MaybeRefusal string(const std::string& value, const FieldDescriptor& field,
                      const std::string& path) {
    const bool text = is_text(field);
    const std::size_t max = text ? limits_.text_bytes_max : limits_.id_bytes_max;
    const bool nul = !text && value.find('\0') != std::string::npos;
    const bool utf8 = utf8_valid(value);
    if (utf8 && !nul && value.size() <= max) return std::nullopt;
    const std::string name = path + field.name();
    if (!utf8) return Refusal{code::kBadUtf8, name, name + " is not valid UTF-8"};
    if (nul) return Refusal{code::kNulByte, name, name + " contains a NUL byte"};
    const char* limit = text ? "text_bytes_max" : "id_bytes_max";
    return Refusal{text ? code::kTextTooLong : code::kIdTooLong, name,
                   over_limit(name, value.size(), limit, max)};
  }

  const Limits& limits_;
};

MaybeRefusal missing(const std::string& name) {
  return Refusal{code::kMissing, name, name + " is missing"};
}

// The time at which it happened, against the clock of the door.
MaybeRefusal check_happened(const Timestamp& time, const std::string& name, Instant ingested_at) {
  const Instant at = instant_of(time);
  if (at < kEarliestEvent) {
    return Refusal{code::kTimeRange, name,
                   name + " " + format_rfc3339(at) + " lies before the year 2000"};
  }
  if (at > ingested_at + kAheadMax) {
    return Refusal{code::kTimeAhead, name,
                   name + " " + format_rfc3339(at) + " lies more than a day after ingested_at " +
                       format_rfc3339(ingested_at)};
  }
  return std::nullopt;
}

bool earlier(const Timestamp& a, const Timestamp& b) { return instant_of(a) < instant_of(b); }

bool title_dropped(const v1::WorkEvent& event, const DoorOptions& options) {
  if (!event.has_title() || options.titles_kept) return false;
  if (event.kind() == v1::WORK_KIND_TASK || event.kind() == v1::WORK_KIND_PROJECT) return false;
  return !options.titles_trusted || !options.titles_trusted(event.source());
}

void order_fields(UnknownFieldSet& fields) {
  if (fields.field_count() < 2) return;
  std::vector<int> order(static_cast<std::size_t>(fields.field_count()));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return fields.field(a).number() < fields.field(b).number();
  });
  UnknownFieldSet sorted;
  for (const int i : order) sorted.AddField(fields.field(i));
  fields.Swap(&sorted);
}

template <typename Body>
Accepted accepted_of(Accepted::What what, const Body& body, const std::string& key) {
  Accepted accepted;
  accepted.what = what;
  accepted.key = key;
  accepted.source = body.source();
  accepted.event_id = body.event_id();
  return accepted;
}

Accepted admit_work(v1::StampedEvent& stamped, const DoorOptions& options) {
  v1::WorkEvent& event = *stamped.mutable_event();
  if (title_dropped(event, options)) event.clear_title();
  order_unknown_fields(event);
  auto faults = faults_of(event, options);
  faults.insert(faults.end(), stamped.faults().begin(), stamped.faults().end());
  std::sort(faults.begin(), faults.end());
  faults.erase(std::unique(faults.begin(), faults.end()), faults.end());
  stamped.mutable_faults()->Assign(faults.begin(), faults.end());
  return accepted_of(Accepted::What::kEvent, event, event.item_id());
}

}  // namespace

MaybeRefusal check_work(const v1::WorkEvent& event, Instant ingested_at, const Limits& limits) {
  if (event.event_id().empty()) return missing("event_id");
  if (event.source().empty()) return missing("source");
  if (event.item_id().empty()) return missing("item_id");
  if (!event.has_occurred_at()) return missing("occurred_at");
  if (auto refusal = Walk(limits).message(event, "")) return refusal;
  return check_happened(event.occurred_at(), "occurred_at", ingested_at);
}

MaybeRefusal check_indicator(const v1::IndicatorEvent& event, const Limits& limits) {
  if (event.event_id().empty()) return missing("event_id");
  if (event.source().empty()) return missing("source");
  if (event.indicator_id().empty()) return missing("indicator_id");
  if (!event.has_as_of()) return missing("as_of");
  return Walk(limits).message(event, "");
}

MaybeRefusal check_report(const v1::SourceReport& report, Instant ingested_at,
                          const Limits& limits) {
  if (report.event_id().empty()) return missing("event_id");
  if (report.source().empty()) return missing("source");
  if (!report.has_as_of()) return missing("as_of");
  if (auto refusal = Walk(limits).message(report, "")) return refusal;
  return check_happened(report.as_of(), "as_of", ingested_at);
}

std::vector<std::string> faults_of(const v1::WorkEvent& event, const DoorOptions& options) {
  std::vector<std::string> faults;
  if (event.has_received_at()) {
    if (event.has_completed_at() && earlier(event.completed_at(), event.received_at())) {
      faults.emplace_back("completed_before_received");
    }
    if (event.has_due_at() && earlier(event.due_at(), event.received_at())) {
      faults.emplace_back("due_before_received");
    }
  }
  if (event.progress_percent() > 100) faults.emplace_back("progress_over_100");
  const auto unknown = [&](const std::string& unit) {
    return !unit.empty() && options.unit_known && !options.unit_known(unit);
  };
  if (unknown(event.unit_id()) || unknown(event.step().unit_id())) {
    faults.emplace_back("unknown_unit");
  }
  return faults;
}

Verdict admit(v1::StampedEvent stamped, const DoorOptions& options) {
  if (!stamped.has_ingested_at()) return {{}, missing("ingested_at")};
  if (auto refusal = check_time(stamped.ingested_at(), "ingested_at")) {
    return {{}, std::move(refusal)};
  }
  const Instant ingested_at = instant_of(stamped.ingested_at());
  const int bodies = (stamped.has_event() ? 1 : 0) + (stamped.has_indicator() ? 1 : 0) +
                     (stamped.has_report() ? 1 : 0);
  if (bodies != 1) {
    return {{},
            Refusal{code::kMissing, "event", "exactly one of event, indicator, report is wanted"}};
  }
  Accepted accepted;
  if (stamped.has_event()) {
    auto refusal = check_work(stamped.event(), ingested_at, options.limits);
    if (refusal) return {{}, std::move(refusal)};
    accepted = admit_work(stamped, options);
  } else if (stamped.has_indicator()) {
    const v1::IndicatorEvent& event = stamped.indicator();
    auto refusal = check_indicator(event, options.limits);
    if (refusal) return {{}, std::move(refusal)};
    accepted = accepted_of(Accepted::What::kIndicator, event, event.indicator_id());
  } else {
    const v1::SourceReport& report = stamped.report();
    auto refusal = check_report(report, ingested_at, options.limits);
    if (refusal) return {{}, std::move(refusal)};
    accepted = accepted_of(Accepted::What::kReport, report, report.source());
  }
  accepted.ingested_at = ingested_at;
  KIP_CHECK(stamped.SerializeToString(&accepted.bytes));
  return {std::move(accepted), {}};
}

void order_unknown_fields(google::protobuf::Message& message) {
  const auto* access = message.GetReflection();
  if (!access->GetUnknownFields(message).empty())
    order_fields(*access->MutableUnknownFields(&message));
  std::vector<const FieldDescriptor*> fields;
  access->ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE || field->is_repeated()) continue;
    order_unknown_fields(*access->MutableMessage(&message, field));
  }
}

}  // namespace kip
