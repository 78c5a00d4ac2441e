#pragma once
// Which of librdkafka's settings kafka.yaml may hold, and why the best known of the others are
// refused. A closed list: what is on neither is an unknown key. Of this lib alone.

#include <cstdint>
#include <span>
#include <string_view>

namespace kip {

enum class SettingKind : std::uint8_t {
  kText,
  kChoice,       // one of `words`
  kInteger,      // from `min` to `max`
  kFlag,         // true or false
  kFile,         // a file or folder that is there
  kPrivateFile,  // a file that no other user may read
  kSecret,       // the same, and its one line is the value of `sets`
};
enum class SettingOf : std::uint8_t { kBoth, kProducer, kConsumer };

struct Setting {
  std::string_view name;
  SettingKind kind = SettingKind::kText;
  SettingOf of = SettingOf::kBoth;
  std::string_view words = {};  // "a|b|c"
  std::int64_t min = 0, max = 0;
  std::string_view help = {};
  std::string_view sets = {};  // kSecret: librdkafka's name
};
std::span<const Setting> settings_allowed();

struct RefusedSetting {
  std::string_view name;
  std::string_view why;  // a sentence
};
std::span<const RefusedSetting> settings_refused();

}  // namespace kip
