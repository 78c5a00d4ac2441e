#include "stream/fences.h"

namespace kip {
namespace {

constexpr int kMost = 4;
constexpr std::chrono::seconds kFirstPause{1};   // doubled each time
constexpr std::chrono::seconds kForgotten{120};  // without another one

}  // namespace

std::optional<std::chrono::seconds> Fences::one_more(Time now) {
  if (last_ && now - *last_ > kForgotten) in_a_row_ = 0;
  last_ = now;
  if (in_a_row_ == kMost) return std::nullopt;
  return kFirstPause * (1 << in_a_row_++);
}

Error name_taken(const std::string& group, const std::string& member) {
  return {Errc::kFenced, "kafka: group " + group + ": another process runs as --member " + member +
                             "; each needs a name of its own"};
}

}  // namespace kip
