#include "contract/forecast_state.h"

#include <algorithm>
#include <vector>

#include "base/hash.h"
#include "contract/proto_values.h"
#include "forecast/model_file.h"
#include "kip/v1/forecast.pb.h"

namespace kip {
namespace {

namespace fc = forecast;
using Numbers = std::unordered_map<fc::Name, double>;

void put_numbers(const Numbers& numbers, v1::StoredNumbers& out) {
  std::vector<std::pair<fc::Name, double>> sorted(numbers.begin(), numbers.end());
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [name, value] : sorted) {
    out.add_names(name);
    out.add_values(static_cast<float>(value));
  }
}

bool take_numbers(const v1::StoredNumbers& in, Numbers& out) {
  if (in.names_size() != in.values_size()) return false;
  for (int i = 0; i < in.names_size(); ++i) out[in.names(i)] = in.values(i);
  return true;
}

v1::StoredLesson stored(const fc::Lesson& lesson) {
  v1::StoredLesson out;
  out.set_learned_at_ms(ms_of(lesson.learned_at));
  out.set_model(fc::encode_model(*lesson.model));
  out.set_items(lesson.items);
  out.set_late(lesson.late);
  put_numbers(lesson.usual.units, *out.mutable_usual_units());
  put_numbers(lesson.usual.owners, *out.mutable_usual_owners());
  return out;
}

}  // namespace

std::string lesson_id(const fc::Lesson& lesson) {
  constexpr std::size_t kIdBytes = 8;
  return hex(sha256(stored(lesson).SerializeAsString())).substr(0, 2 * kIdBytes);
}

std::string encode_lesson(const fc::Lesson& lesson) {
  v1::StoredLesson out = stored(lesson);
  out.set_id(lesson.id);
  return out.SerializeAsString();
}

Result<std::shared_ptr<const fc::Lesson>> decode_lesson(std::string_view bytes) {
  v1::StoredLesson in;
  fc::Lesson out;
  if (!parse_wire(bytes, in) || !take_numbers(in.usual_units(), out.usual.units) ||
      !take_numbers(in.usual_owners(), out.usual.owners)) {
    return corrupt("stored bytes are no kip.v1.StoredLesson");
  }
  auto model = fc::decode_model(in.model());
  if (!model) return corrupt("the stored model: " + model.error().message);
  out.id = in.id();
  out.learned_at = instant_of(in.learned_at_ms());
  out.model = std::move(*model);
  out.items = in.items();
  out.late = in.late();
  return std::make_shared<const fc::Lesson>(std::move(out));
}

std::string encode_outlook(const fc::Outlook& outlook) {
  v1::StoredOutlook out;
  out.set_number(outlook.number);
  out.set_at_ms(ms_of(outlook.at));
  if (outlook.lesson) out.set_lesson_id(outlook.lesson->id);
  for (const auto& [unit, chance] : outlook.cuts) {
    auto& cut = *out.add_cuts();
    cut.set_unit_id(unit);
    cut.set_chance(chance);
  }
  put_numbers(outlook.units, *out.mutable_units());
  put_numbers(outlook.owners, *out.mutable_owners());
  return out.SerializeAsString();
}

Result<fc::Outlook> decode_outlook(std::string_view bytes,
                                   std::shared_ptr<const fc::Lesson> lesson) {
  v1::StoredOutlook in;
  fc::Outlook out;
  if (!parse_wire(bytes, in) || !take_numbers(in.units(), out.units) ||
      !take_numbers(in.owners(), out.owners)) {
    return corrupt("stored bytes are no kip.v1.StoredOutlook");
  }
  if (in.lesson_id() != (lesson ? lesson->id : "")) {
    return not_found("the outlook is of another model: " + in.lesson_id());
  }
  out.number = in.number();
  out.at = instant_of(in.at_ms());
  out.lesson = std::move(lesson);
  for (const auto& cut : in.cuts()) out.cuts[cut.unit_id()] = cut.chance();
  return out;
}

std::string encode_learning(const LearningState& state) {
  v1::StoredLearning out;
  out.set_next_ms(ms_of(state.next));
  if (state.tried) out.set_tried_ms(ms_of(*state.tried));
  out.set_outcome(state.outcome);
  out.set_recut(state.recut);
  return out.SerializeAsString();
}

Result<LearningState> decode_learning(std::string_view bytes) {
  v1::StoredLearning in;
  if (!parse_wire(bytes, in)) return corrupt("stored bytes are no kip.v1.StoredLearning");
  LearningState out;
  out.next = instant_of(in.next_ms());
  if (in.has_tried_ms()) out.tried = instant_of(in.tried_ms());
  out.outcome = in.outcome();
  out.recut = in.recut();
  return out;
}

}  // namespace kip
