#pragma once
// What forecasts are made by, stored: a lesson and an outlook (proto/kip/v1/forecast.proto).
// kCorrupt: the bytes are not such a row; the words say whether the model in it is of another
// version, cut short or damaged. Pure.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "forecast/outlook.h"

namespace kip {

// The keys of the table `forecast`.
inline constexpr const char *kLessonRow = "lesson", *kOutlookRow = "outlook",
                            *kLearningRow = "learning";
inline constexpr std::array<const char*, 3> kForecastRows = {kLessonRow, kOutlookRow, kLearningRow};

// `id` is reckoned from the rest: equal lessons have equal ids.
std::string lesson_id(const forecast::Lesson& lesson);
std::string encode_lesson(const forecast::Lesson& lesson);
Result<std::shared_ptr<const forecast::Lesson>> decode_lesson(std::string_view bytes);

std::string encode_outlook(const forecast::Outlook& outlook);
// kNotFound: it names another lesson than `lesson`.
Result<forecast::Outlook> decode_outlook(std::string_view bytes,
                                         std::shared_ptr<const forecast::Lesson> lesson);

// What the one who learns remembers.
struct LearningState {
  Instant next{};                // when there will be another outlook
  std::optional<Instant> tried;  // when it was learned last
  std::string outcome;           // what came of it, in words
  bool recut = false;  // the model is new: cuts as soon as every item has been looked at by it
};
std::string encode_learning(const LearningState& state);
Result<LearningState> decode_learning(std::string_view bytes);

}  // namespace kip
