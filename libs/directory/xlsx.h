#pragma once
// The first sheet of an XLSX file (ECMA-376), as texts. Reads what Excel, LibreOffice and the usual
// writers make: shared and inline strings, numbers, results of formulas; no styles.
//
//   Result<Sheet> sheet = read_xlsx(bytes);
//
// kInvalid names what is wrong, and in a sheet the cell. Nothing is believed of what an archive
// says of itself: each part is unpacked up to a limit and no further, entities of a document type
// are not read, parts are found by name inside the archive only. Pure: the bytes are handed in.
// Only this file sees libzip and pugixml. Limits: 8 MiB packed, 4 MiB a part, 10,000 rows, 100
// columns, 4,000 bytes a cell, 8 MiB of text in all (one shared string may stand in many cells).

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kip {

inline constexpr std::size_t kXlsxBytesMax = std::size_t{8} << 20;
inline constexpr std::size_t kXlsxPartMax = std::size_t{4} << 20;
inline constexpr std::size_t kXlsxCellMax = 4'000;
inline constexpr std::size_t kXlsxTextMax = std::size_t{8} << 20;
inline constexpr int kXlsxRowsMax = 10'000;
inline constexpr int kXlsxLastRow = 1'048'576;  // of the format
inline constexpr int kXlsxColumnsMax = 100;

struct Cell {
  std::string text;     // blanks at both ends are gone; never empty in a Sheet
  bool number = false;  // so that a day or a time of day may be one
};

struct Row {
  int number = 0;             // as the sheet counts, 1 is the first
  std::map<int, Cell> cells;  // by column, 0 is A; empty ones are left out
};

struct Sheet {
  std::string name;
  bool from_1904 = false;  // days are counted from 1904, not from 1900
  std::vector<Row> rows;   // with something in them, in their order
};

Result<Sheet> read_xlsx(std::string_view bytes);
std::string column_name(int column);  // A, Z, AA

}  // namespace kip
