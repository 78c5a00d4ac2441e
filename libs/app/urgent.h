#pragma once
// The most urgent items: what the first page lists. Kept for a moment, so that many readers cost
// one scan; the scan passes over what has no open alert without decoding it.
//
//   UrgentBoard board(service);
//   for (const UrgentItem& item : board.read()->items) ...
//
// Threads: any. While one thread scans, the others get what was read before.

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/service.h"

namespace kip {

struct UrgentItem {
  std::string item_id, unit;
  Kind kind = Kind::kNone;
  ItemWord word = ItemWord::kNone;  // overdue or at risk
  std::string name;                 // of a task or project, else of the catalogue; may be empty
  std::optional<Instant> due;
  WorkTime left;         // to the due; negative: overdue
  bool stopped = false;  // the clock stands
  std::string reason;
};

struct UrgentItems {
  std::vector<UrgentItem> items;  // overdue first, by how long; then by what is left
  std::optional<Error> error;     // the store could not be read
};

class UrgentBoard {
 public:
  static constexpr std::size_t kItemsMax = 20;
  explicit UrgentBoard(const Service& service) : service_(service) {}
  std::shared_ptr<const UrgentItems> read();

 private:
  const Service& service_;
  std::mutex scanning_;
  std::mutex mutex_;  // the rest
  std::shared_ptr<const UrgentItems> last_;
  std::chrono::steady_clock::time_point good_until_{};
};

// One scan, without keeping.
UrgentItems scan_urgent(const Store& store, const Policy& policy, Instant now, std::size_t max);
// The sentence of an open alert with the figures of now, not of when it was raised.
std::string reason_now(const OpenAlert& alert, const Seen& seen);
// The name that may be shown anywhere: a task's or project's own title, else the catalogue's.
std::string shown_name(const Folded& f, const Policy& policy);

}  // namespace kip
