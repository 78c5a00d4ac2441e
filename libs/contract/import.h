#pragma once
// What `kip import` and `kip replay` read: the CSV layout of the public event logs and JSON lines
// of WorkEvent or StampedEvent, plain or gzip. A file becomes stamped events in log order and a
// list of refused rows with reasons.
//
//   auto log = read_logs({"receipt.csv.gz"}, door, progress);
//   if (!log) return log.error();
//   for (const Accepted& event : log->events) append(event.key, event.bytes);
//
// CSV columns, in any order, header line needed: item_id, kind, procedure, unit, owner, step,
// status, occurred_at, received_at, due_at, finished_at, due_basis, step_name, recorded_at,
// channel, case_owner (the last two, finished_at and due_basis are read over). An empty cell is an
// absent field. item_id and occurred_at must be there, another column that is missing is empty
// throughout, and a name that is none of these is an error: it would be a deadline lost to a slip
// of the pen.
//
// JSON lines are files that end in .jsonl (.gz) or begin with `{`. Reads whole files into memory.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "contract/door.h"

namespace kip {

struct RefusedRow {
  std::string file;
  std::uint64_t row = 0;  // line number in the file, 1 = first line
  Refusal refusal;        // `field` is the column where a cell could not be read
  std::string bytes;      // the row as it stood
};

struct ImportedLog {
  // In log order: by ingested_at, ties in file order (files in the order given).
  std::vector<Accepted> events;
  std::vector<RefusedRow> refused;
  std::uint64_t rows = 0;  // the accepted and the refused; header and blank lines are none
};

// `progress(done_bytes, all_bytes)` is called now and then; it may be empty. kNotFound, kInvalid
// (no such column, broken gzip, ...) name the file.
Result<ImportedLog> read_logs(const std::vector<std::string>& files, const Door& door,
                              const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace kip
