#pragma once
// One file of the CSV layout of the public event logs (import.h) as stamped events.
//
//   event_id    item_id-N, the item's N-th row in the file; sequence N
//   source      the file's name without folders and .csv, .jsonl, .gz
//   unit        unit_id              owner      assignee_id       procedure  procedure_code
//   step        step.code            step_name  step.name
//   received_at, due_at              as they are, on every row
//   kind        dossier, fine DOSSIER; citizen_request, petition PETITION; task TASK; project
//   PROJECT status      received ACCEPTED; open, complete IN_PROGRESS, or no status behind the
//   item's closed
//               row (by occurred_at, then as in the file); closed COMPLETED, completed_at =
//               occurred_at
//   recorded_at the later of it and occurred_at is ingested_at
//
// Pure: the text is read by the caller.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "contract/door.h"
#include "contract/import.h"

namespace kip {

// Appends to `log` in file order. kInvalid: the header line does not fit. `progress` is given the
// bytes that have been read.
Status read_csv_log(const std::string& file, std::string_view text, const DoorOptions& options,
                    const std::function<void(std::uint64_t)>& progress, ImportedLog& log);

// "/logs/receipt_dev.csv.gz" is "receipt_dev".
std::string source_of_file(std::string_view file);

}  // namespace kip
