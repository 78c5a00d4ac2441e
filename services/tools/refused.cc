#include "tools/refused.h"

#include <algorithm>
#include <cstdio>

#include "app/printable.h"
#include "app/setup.h"

namespace kip {
namespace {

void print_more(std::uint64_t all) {
  if (all <= kRefusedShownMax) return;
  std::fprintf(stderr, "  … và %s nữa\n", grouped(all - kRefusedShownMax).c_str());
}

}  // namespace

void print_refused(const std::vector<RefusedRow>& rows, const std::vector<DeadLetter>& letters,
                   std::uint64_t letters_all) {
  if (rows.empty() && letters_all == 0) return;
  std::fprintf(stderr, "%s bị từ chối:\n", grouped(rows.size() + letters_all).c_str());
  for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), kRefusedShownMax); ++i) {
    const RefusedRow& row = rows[i];
    std::fprintf(stderr, "  %s:%llu: %s: %s\n", printable(row.file).c_str(),
                 static_cast<unsigned long long>(row.row), printable(row.refusal.field).c_str(),
                 printable(row.refusal.reason).c_str());
  }
  print_more(rows.size());
  for (const DeadLetter& letter : letters) {
    const auto event = letter.value ? decode_stamped(*letter.value) : not_found("");
    std::fprintf(stderr, "  việc %s, sự kiện %s: %s: %s\n", printable(letter.key, 60).c_str(),
                 event ? printable(event->event_id, 60).c_str() : "?",
                 printable(letter.refusal.code).c_str(), printable(letter.refusal.reason).c_str());
  }
  print_more(letters_all);
}

}  // namespace kip
