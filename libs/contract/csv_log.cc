#include "contract/csv_log.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/ascii.h"
#include "contract/checks.h"
#include "contract/codes.h"
#include "contract/csv.h"
#include "contract/proto_values.h"

namespace kip {
namespace {

using google::protobuf::Timestamp;

enum Column : std::size_t {
  kItemId,
  kKind,
  kProcedure,
  kUnit,
  kOwner,
  kStep,
  kStatus,
  kOccurredAt,
  kReceivedAt,
  kDueAt,
  kStepName,
  kRecordedAt,
  kFinishedAt,  // from here on read over
  kDueBasis,
  kChannel,
  kCaseOwner,
  kColumnCount,
};

constexpr std::array<std::string_view, kColumnCount> kColumns = {
    "item_id",     "kind",        "procedure",   "unit",      "owner",     "step",
    "status",      "occurred_at", "received_at", "due_at",    "step_name", "recorded_at",
    "finished_at", "due_basis",   "channel",     "case_owner"};

enum class RowStatus : std::uint8_t { kNone, kReceived, kWorked, kClosed };

// By occurred_at, then as in the file.
struct RowOrder {
  Instant occurred_at{};
  std::uint64_t index = 0;
  friend auto operator<=>(const RowOrder&, const RowOrder&) = default;
};

// A row that could be read: everything but the status, which depends on the item's other rows.
struct Draft {
  v1::StampedEvent stamped;
  RowStatus status = RowStatus::kNone;
  RowOrder order;
};

std::optional<v1::WorkKind> kind_of(std::string_view word) {
  if (word.empty()) return v1::WORK_KIND_UNSPECIFIED;
  if (word == "dossier" || word == "fine") return v1::WORK_KIND_DOSSIER;
  if (word == "citizen_request" || word == "petition") return v1::WORK_KIND_PETITION;
  if (word == "task") return v1::WORK_KIND_TASK;
  if (word == "project") return v1::WORK_KIND_PROJECT;
  return std::nullopt;
}

std::optional<RowStatus> status_of(std::string_view cell) {
  const std::string word = ascii_lower(cell);
  if (word.empty()) return RowStatus::kNone;
  if (word == "received") return RowStatus::kReceived;
  if (word == "open" || word == "complete") return RowStatus::kWorked;
  if (word == "closed") return RowStatus::kClosed;
  return std::nullopt;
}

class CsvLog {
 public:
  CsvLog(const std::string& file, std::string_view text, const DoorOptions& options)
      : file_(file), text_(text), options_(options), source_(source_of_file(file)) {}

  Status read_header() {
    CsvReader reader(text_, options_.limits.event_bytes_max);
    CsvRecord header;
    if (!reader.next(header)) return invalid(file_ + ": no header line");
    if (!header.fault.empty()) return invalid(file_ + ": header line: " + header.fault);
    place_.fill(kAbsent);
    for (std::size_t i = 0; i < header.cells.size(); ++i) {
      const auto* at = std::find(kColumns.begin(), kColumns.end(), header.cells[i]);
      if (at == kColumns.end()) {
        return invalid(file_ + ": no such column: " + in_quotes(header.cells[i]));
      }
      auto& place = place_[static_cast<std::size_t>(at - kColumns.begin())];
      if (place != kAbsent) return invalid(file_ + ": column " + std::string(*at) + " comes twice");
      place = i;
    }
    for (const Column needed : {kItemId, kOccurredAt}) {
      if (place_[needed] != kAbsent) continue;
      return invalid(file_ + ": column " + std::string(kColumns[needed]) + " is missing");
    }
    names_ = header.cells;
    return {};
  }

  // First reading: where each item is closed. Only rows that will be accepted count.
  void find_closed_rows() {
    walk([&](const CsvRecord& record, std::uint64_t index, std::uint64_t number) {
      if (status_of(cell(record, kStatus)) != RowStatus::kClosed) return;
      Draft row;
      if (draft(record, index, number, row)) return;
      const Instant ingested_at = instant_of(row.stamped.ingested_at());
      if (check_work(row.stamped.event(), ingested_at, options_.limits)) return;
      const auto [at, added] = closed_.try_emplace(row.stamped.event().item_id(), row.order);
      if (!added) at->second = std::min(at->second, row.order);
    });
  }

  void read_rows(const std::function<void(std::uint64_t)>& progress, ImportedLog& log) {
    constexpr std::uint64_t kRowsBetweenProgress = 4096;
    walk([&](const CsvRecord& record, std::uint64_t index, std::uint64_t number) {
      ++log.rows;
      Draft row;
      MaybeRefusal refusal = draft(record, index, number, row);
      if (!refusal) {
        set_status(row);
        Verdict verdict = admit(std::move(row.stamped), options_);
        refusal = std::move(verdict.refused);
        if (verdict.accepted) {
          verdict.accepted->csv_row = true;
          log.events.push_back(std::move(*verdict.accepted));
        }
      }
      if (refusal) {
        log.refused.push_back({file_, record.line, std::move(*refusal), std::string(record.text)});
      }
      if (index % kRowsBetweenProgress == 0) progress(position_);
    });
  }

 private:
  static constexpr std::size_t kAbsent = SIZE_MAX;

  // `visit` is given each row, its place in the file, and in its item (0: it names none).
  template <typename Visit>
  void walk(Visit visit) {
    std::unordered_map<std::string, std::uint64_t> rows_of_item;
    CsvReader reader(text_, options_.limits.event_bytes_max);
    CsvRecord record;
    reader.next(record);  // the header
    for (std::uint64_t index = 1; reader.next(record); ++index) {
      const bool whole = record.fault.empty() && record.cells.size() == names_.size();
      const std::uint64_t number = whole ? ++rows_of_item[cell(record, kItemId)] : 0;
      position_ = reader.position();
      visit(record, index, number);
    }
  }

  const std::string& cell(const CsvRecord& record, Column column) const {
    static const std::string kEmpty;
    const std::size_t place = place_[column];
    return place < record.cells.size() ? record.cells[place] : kEmpty;
  }

  MaybeRefusal check_cells(const CsvRecord& record) const {
    if (!record.fault.empty()) return Refusal{code::kBadRow, "row", record.fault};
    const std::size_t n = record.cells.size();
    if (n == names_.size()) return std::nullopt;
    const std::string counts =
        std::to_string(n) + " cells instead of " + std::to_string(names_.size());
    if (n < names_.size()) {
      return Refusal{code::kBadRow, names_[n],
                     "the row has " + counts + ": column " + names_[n] + " is missing"};
    }
    return Refusal{code::kBadRow, names_.back(),
                   "the row has " + counts + ": it goes on behind column " + names_.back()};
  }

  // Fills `time` and says so by `there`; an empty cell is no time and no fault.
  MaybeRefusal time(const CsvRecord& record, Column column, Timestamp& time, bool& there) const {
    const std::string& text = cell(record, column);
    there = !text.empty();
    if (!there || parse_timestamp(text, time)) return std::nullopt;
    const std::string name(kColumns[column]);
    return Refusal{code::kBadTime, name,
                   "column " + name + " is no RFC 3339 time: " + in_quotes(text)};
  }

  MaybeRefusal times(const CsvRecord& record, v1::StampedEvent& stamped) const {
    v1::WorkEvent& event = *stamped.mutable_event();
    Timestamp at;
    bool there = false;
    if (auto refusal = time(record, kOccurredAt, at, there)) return refusal;
    if (!there) return Refusal{code::kMissing, "occurred_at", "occurred_at is missing"};
    *event.mutable_occurred_at() = at;
    Instant ingested_at = instant_of(at);
    if (auto refusal = time(record, kRecordedAt, at, there)) return refusal;
    if (there) ingested_at = std::max(ingested_at, instant_of(at));
    set_timestamp(ingested_at, *stamped.mutable_ingested_at());
    if (auto refusal = time(record, kReceivedAt, at, there)) return refusal;
    if (there) *event.mutable_received_at() = at;
    if (auto refusal = time(record, kDueAt, at, there)) return refusal;
    if (there) *event.mutable_due_at() = at;
    return std::nullopt;
  }

  void texts(const CsvRecord& record, v1::WorkEvent& event) const {
    const auto& unit = cell(record, kUnit);
    const auto& owner = cell(record, kOwner);
    const auto& procedure = cell(record, kProcedure);
    const auto& step = cell(record, kStep);
    const auto& step_name = cell(record, kStepName);
    if (!unit.empty()) event.set_unit_id(unit);
    if (!owner.empty()) event.set_assignee_id(owner);
    if (!procedure.empty()) event.set_procedure_code(procedure);
    if (!step.empty()) event.mutable_step()->set_code(step);
    if (!step_name.empty()) event.mutable_step()->set_name(step_name);
  }

  MaybeRefusal draft(const CsvRecord& record, std::uint64_t index, std::uint64_t number,
                     Draft& row) const {
    if (auto refusal = check_cells(record)) return refusal;
    v1::WorkEvent& event = *row.stamped.mutable_event();
    row.stamped.set_channel("import");
    const std::string& item = cell(record, kItemId);
    if (item.empty()) return Refusal{code::kMissing, "item_id", "item_id is missing"};
    event.set_item_id(item);
    event.set_event_id(item + "-" + std::to_string(number));
    event.set_sequence(number);
    event.set_source(source_);
    const auto kind = kind_of(cell(record, kKind));
    if (!kind) return unknown_word(record, kKind);
    event.set_kind(*kind);
    const auto status = status_of(cell(record, kStatus));
    if (!status) return unknown_word(record, kStatus);
    row.status = *status;
    if (auto refusal = times(record, row.stamped)) return refusal;
    row.order = {instant_of(event.occurred_at()), index};
    texts(record, event);
    return std::nullopt;
  }

  MaybeRefusal unknown_word(const CsvRecord& record, Column column) const {
    const std::string name(kColumns[column]);
    return Refusal{code::kUnknownWord, name,
                   "column " + name + " has an unknown word: " + in_quotes(cell(record, column))};
  }

  void set_status(Draft& row) const {
    v1::WorkEvent& event = *row.stamped.mutable_event();
    if (row.status == RowStatus::kReceived) event.set_status(v1::WORK_STATUS_ACCEPTED);
    if (row.status == RowStatus::kClosed) {
      event.set_status(v1::WORK_STATUS_COMPLETED);
      *event.mutable_completed_at() = event.occurred_at();
    }
    if (row.status != RowStatus::kWorked) return;
    // Work that goes on behind the end is a step, and must not reopen the item.
    const auto closed = closed_.find(event.item_id());
    const bool behind = closed != closed_.end() && closed->second < row.order;
    if (!behind) event.set_status(v1::WORK_STATUS_IN_PROGRESS);
  }

  const std::string& file_;
  std::string_view text_;
  const DoorOptions& options_;
  std::string source_;
  std::array<std::size_t, kColumnCount> place_{};
  std::vector<std::string> names_;
  std::unordered_map<std::string, RowOrder> closed_;
  std::uint64_t position_ = 0;
};

bool cut_ending(std::string_view& name, std::string_view ending) {
  if (name.size() <= ending.size()) return false;
  if (name.substr(name.size() - ending.size()) != ending) return false;
  name.remove_suffix(ending.size());
  return true;
}

}  // namespace

Status read_csv_log(const std::string& file, std::string_view text, const DoorOptions& options,
                    const std::function<void(std::uint64_t)>& progress, ImportedLog& log) {
  CsvLog csv(file, text, options);
  if (auto header = csv.read_header(); !header) return header.error();
  csv.find_closed_rows();
  csv.read_rows(progress, log);
  return {};
}

std::string source_of_file(std::string_view file) {
  std::string_view name = file.substr(file.find_last_of('/') + 1);
  cut_ending(name, ".gz");
  if (!cut_ending(name, ".csv")) cut_ending(name, ".jsonl");
  return std::string(name);
}

}  // namespace kip
