#pragma once
// CSV as RFC 4180 has it: cells in quotes may hold commas, line ends and doubled quotes; lines end
// in LF or CRLF; a byte order mark at the front is passed over. Blank lines are none. A quote
// inside a cell that does not begin with one is an ordinary character.
//
//   CsvReader reader(text);
//   CsvRecord record;
//   while (reader.next(record)) use(record.cells);
//
// One owner, one thread; the text must outlive reader and records. A record whose quotes do not
// close costs its first line only: reading goes on at the next one.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kip {

struct CsvRecord {
  std::uint64_t line = 0;  // where it begins, 1 = first
  std::string_view text;   // as it stood, without its line end
  std::vector<std::string> cells;
  std::string fault;  // one sentence; the cells are then of no use
};

class CsvReader {
 public:
  // `record_bytes_max`: a longer record is a fault.
  CsvReader(std::string_view text, std::size_t record_bytes_max);

  bool next(CsvRecord& record);  // false: the end
  std::size_t position() const { return at_; }

 private:
  bool quoted_cell(std::string& cell, std::size_t end);
  void plain_cell(std::string& cell);
  bool at_line_end() const;
  void pass_line_end();
  void give_up(CsvRecord& record, std::size_t begin, const char* why);

  std::string_view text_;
  std::size_t record_bytes_max_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
};

}  // namespace kip
