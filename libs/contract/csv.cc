#include "contract/csv.h"

#include <algorithm>

namespace kip {

CsvReader::CsvReader(std::string_view text, std::size_t record_bytes_max)
    : text_(text), record_bytes_max_(record_bytes_max) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) at_ = kByteOrderMark.size();
}

bool CsvReader::at_line_end() const {
  if (at_ == text_.size() || text_[at_] == '\n') return true;
  return text_[at_] == '\r' && (at_ + 1 == text_.size() || text_[at_ + 1] == '\n');
}

void CsvReader::pass_line_end() {
  if (at_ < text_.size() && text_[at_] == '\r') ++at_;
  if (at_ < text_.size()) ++at_;
  ++line_;
}

void CsvReader::plain_cell(std::string& cell) {
  const std::size_t begin = at_;
  while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n') ++at_;
  if (at_ > begin && text_[at_ - 1] == '\r' && (at_ == text_.size() || text_[at_] == '\n')) --at_;
  cell.assign(text_.substr(begin, at_ - begin));
}

// Behind the opening quote; false: no closing one before `end`.
bool CsvReader::quoted_cell(std::string& cell, std::size_t end) {
  cell.clear();
  while (at_ < end) {
    const std::size_t quote = std::min(text_.find('"', at_), end);
    cell.append(text_.substr(at_, quote - at_));
    at_ = quote + 1;
    if (quote == end) return false;
    if (at_ == text_.size() || text_[at_] != '"') return true;
    cell.push_back('"');
    ++at_;
  }
  return false;
}

void CsvReader::give_up(CsvRecord& record, std::size_t begin, const char* why) {
  record.fault = why;
  at_ = std::min(text_.find('\n', begin), text_.size());
  if (at_ > begin && text_[at_ - 1] == '\r') --at_;
  record.text = text_.substr(begin, at_ - begin);
  pass_line_end();
}

bool CsvReader::next(CsvRecord& record) {
  while (at_ < text_.size() && at_line_end()) pass_line_end();
  if (at_ >= text_.size()) return false;
  const std::size_t begin = at_;
  const std::size_t end = begin + std::min(text_.size() - begin, record_bytes_max_);
  record.line = line_;
  record.fault.clear();
  std::size_t n = 0;
  while (true) {
    if (record.cells.size() == n) record.cells.emplace_back();
    std::string& cell = record.cells[n++];
    if (at_ < text_.size() && text_[at_] == '"') {
      ++at_;
      if (!quoted_cell(cell, end)) {
        give_up(record, begin, "a quoted cell does not end");
        return true;
      }
      if (!at_line_end() && text_[at_] != ',') {
        give_up(record, begin, "something follows the closing quote of a cell");
        return true;
      }
    } else {
      plain_cell(cell);
    }
    if (at_line_end()) break;
    ++at_;  // the comma
  }
  record.cells.resize(n);
  record.text = text_.substr(begin, at_ - begin);
  if (record.text.size() > record_bytes_max_)
    record.fault = "the row is longer than an event may be";
  const auto breaks = std::count(record.text.begin(), record.text.end(), '\n');
  line_ += static_cast<std::uint64_t>(breaks);
  pass_line_end();
  return true;
}

}  // namespace kip
