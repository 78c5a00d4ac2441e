#pragma once
// An alert, or an item, as one line on a terminal: time, what it is, whose, which item, why.
//
//   09:36  NGUY CƠ TRỄ  KT-HT-ĐT        H19.99-261105-0041       Còn 11 giờ 14 phút làm việc ...
//   09:42  kịp rồi      VH-XH           NV-224                   xong trước hạn 3 giờ làm việc ...
//
// In Vietnamese, as the rest of the screen; what senders wrote is made printable. Pure; any thread.

#include <optional>
#include <string>

#include "app/urgent.h"

namespace kip {

// None where it is not worth a line: only what is raised is told, and that an item of which it was
// told that it is or will be late was finished in time.
std::optional<std::string> alert_line(const AlertChange& change, const Policy& policy);
// The same for an item as it stands, by its state, without a time.
std::string urgent_line(const UrgentItem& item, const Policy& policy);

}  // namespace kip
