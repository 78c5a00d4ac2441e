// Stored forms: damaged bytes are an error or a state that is written and read again alike, never a
// crash.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "contract/chunks.h"
#include "contract/publish.h"
#include "contract/state.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto item = kip::decode_item(bytes)) {
    const std::string written = kip::encode_item(*item);
    const auto again = kip::decode_item(written);
    if (!again || kip::encode_item(*again) != written) std::abort();
  }
  if (auto chunk = kip::decode_chunk(bytes)) static_cast<void>(kip::encode_chunk(*chunk));
  if (auto waiting = kip::decode_backlog(bytes)) {
    std::string written;
    for (const kip::WaitingEvent& event : *waiting) kip::append_waiting(written, event);
    const auto again = kip::decode_backlog(written);
    if (!again || again->size() != waiting->size()) std::abort();
  }
  if (auto letter = kip::decode_dead(bytes)) static_cast<void>(kip::encode_dead(*letter));
  static_cast<void>(kip::alert_json(bytes));
  static_cast<void>(kip::stamped_json(bytes));
  static_cast<void>(kip::comparable_alert(bytes));
  return 0;
}
