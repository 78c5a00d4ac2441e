#include "base/sms.h"

#include <algorithm>

#include "base/utf8.h"

namespace kip {
namespace {

constexpr std::u32string_view kExtension = U"[]{}\\^~|€\f";
// The letters and signs of the alphabet beyond ASCII.
constexpr std::u32string_view kBeyond = U"£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";

struct Limits {
  std::size_t alone, each;
};

// Parts that are filled one after the other.
class Parts {
 public:
  explicit Parts(Limits limits) : limits_(limits) {}
  void add(std::size_t units) {
    sum_ += units;
    if (parts_ == 0 || used_ + units > limits_.each) {
      ++parts_;
      used_ = 0;
    }
    used_ += units;
  }
  std::size_t sum() const { return sum_; }
  std::size_t parts() const {
    return sum_ <= limits_.alone ? std::min<std::size_t>(sum_, 1) : parts_;
  }

 private:
  Limits limits_;
  std::size_t sum_ = 0, used_ = 0, parts_ = 0;
};

}  // namespace

std::size_t gsm_septets(char32_t c) {
  if (kExtension.find(c) != std::u32string_view::npos) return 2;
  if (c < 0x80) return (c >= 0x20 && c != 0x7F && c != '`') || c == '\n' || c == '\r' ? 1 : 0;
  return kBeyond.find(c) != std::u32string_view::npos ? 1 : 0;
}

SmsSize sms_size(std::string_view utf8) {
  Parts plain({160, 153}), wide({70, 67});
  bool all_plain = true;
  while (!utf8.empty()) {
    const std::size_t bytes = utf8_front(utf8);
    const std::size_t septets = bytes == 0 ? 0 : gsm_septets(utf8_code(utf8.substr(0, bytes)));
    all_plain = all_plain && septets > 0;
    plain.add(septets);
    wide.add(bytes == 4 ? 2 : 1);
    utf8.remove_prefix(std::max<std::size_t>(bytes, 1));
  }
  const Parts& all = all_plain ? plain : wide;
  return {all_plain, all.sum(), all.parts()};
}

}  // namespace kip
