// Files of an import: any text is rows that are let in or refused with a line and a reason, each
// row one of the two.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "contract/csv_log.h"
#include "contract/gzip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  if (data[0] % 4 == 0) {
    static_cast<void>(kip::gunzip(bytes));
    return 0;
  }
  static constexpr std::string_view kHead =
      "item_id,kind,procedure,unit,owner,step,status,occurred_at,received_at,due_at,finished_at,"
      "due_"
      "basis,step_name,recorded_at,channel,case_owner\n";
  const std::string text =
      (data[0] % 4 == 1 ? std::string() : std::string(kHead)) + std::string(bytes);
  kip::DoorOptions options;
  options.unit_known = [](std::string_view) { return true; };
  options.titles_trusted = [](std::string_view) { return false; };
  kip::ImportedLog log;
  const auto done = kip::read_csv_log("f.csv", text, options, {}, log);
  if (!done) return 0;
  if (log.events.size() + log.refused.size() != log.rows) std::abort();
  for (const kip::RefusedRow& row : log.refused) {
    if (row.row == 0 || row.refusal.reason.empty()) std::abort();
  }
  return 0;
}
