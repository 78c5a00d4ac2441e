#include "directory/xlsx.h"

#include <zip.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <pugixml.hpp>

#include "base/utf8.h"

namespace kip {
namespace {

constexpr zip_int64_t kEntriesMax = 1'000;

class Archive {
 public:
  static Result<Archive> open(std::string_view bytes);
  Result<std::string> part(const std::string& name) const;

 private:
  struct Close {
    void operator()(zip_t* zip) const { zip_discard(zip); }
    void operator()(zip_file_t* file) const { zip_fclose(file); }
  };
  explicit Archive(zip_t* zip) : zip_(zip) {}
  std::unique_ptr<zip_t, Close> zip_;
};

Result<Archive> Archive::open(std::string_view bytes) {
  if (bytes.size() > kXlsxBytesMax) {
    return invalid("has more than " + std::to_string(kXlsxBytesMax >> 20) + " MiB");
  }
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  if (!zip && source) zip_source_free(source);
  zip_error_fini(&error);
  if (!zip) return invalid("is no XLSX file (no archive, or a damaged one)");
  Archive archive(zip);
  if (zip_get_num_entries(zip, 0) > kEntriesMax) {
    return invalid("has more than " + std::to_string(kEntriesMax) + " parts");
  }
  return archive;
}

// What the archive says of a part's size is not believed: it is counted while it is unpacked.
Result<std::string> Archive::part(const std::string& name) const {
  const std::unique_ptr<zip_file_t, Close> file(zip_fopen(zip_.get(), name.c_str(), 0));
  if (!file) return not_found("has no part " + name + " that can be read");
  std::string out;
  for (;;) {
    char chunk[16'384];
    const zip_int64_t got = zip_fread(file.get(), chunk, sizeof chunk);
    if (got < 0) return invalid("is damaged in its part " + name);
    if (got == 0) return out;
    out.append(chunk, static_cast<std::size_t>(got));
    if (out.size() > kXlsxPartMax) {
      return invalid("has a part of more than " + std::to_string(kXlsxPartMax >> 20) +
                     " MiB: " + name);
    }
  }
}

// The name without the prefix of its namespace: some writers put one before each.
std::string_view local(const char* name) {
  const std::string_view whole(name);
  const auto colon = whole.find(':');
  return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& of, std::string_view name) {
  return of.find_child([&](const pugi::xml_node& node) { return local(node.name()) == name; });
}

std::string_view attribute(const pugi::xml_node& of, std::string_view name) {
  return of.find_attribute([&](const pugi::xml_attribute& a) { return local(a.name()) == name; })
      .value();
}

template <typename Each>
void each(const pugi::xml_node& of, std::string_view name, Each&& seen) {
  for (const pugi::xml_node& node : of) {
    if (local(node.name()) == name) seen(node);
  }
}

Status parse(const Result<std::string>& text, const std::string& name, pugi::xml_document& to) {
  if (!text) return text.error();
  if (to.load_buffer(text->data(), text->size())) return {};
  return invalid("is damaged in its part " + name);
}

// <t>, or runs <r><t>; not the reading aids <rPh>.
std::string text_of(const pugi::xml_node& item) {
  std::string out = child(item, "t").text().get();
  each(item, "r", [&](const pugi::xml_node& run) { out += child(run, "t").text().get(); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto from = text.find_first_not_of(kBlank);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "8.4912345678E+10" of a telephone number is 84912345678.
std::string plain(std::string_view text) {
  const auto value = number<double>(text);
  constexpr double kExact = 1e15;
  if (!value || std::abs(*value) >= kExact || *value != std::floor(*value)) {
    return std::string(text);
  }
  return std::to_string(static_cast<long long>(*value));
}

// The column of "AB12"; none: no such reference.
std::optional<int> column_of(std::string_view reference) {
  int column = 0;
  std::size_t at = 0;
  for (; at < reference.size() && reference[at] >= 'A' && reference[at] <= 'Z' && at < 3; ++at) {
    column = column * 26 + (reference[at] - 'A' + 1);
  }
  if (at == 0) return std::nullopt;
  return column - 1;
}

// Of a row that says r="12", or follows the one before; 0: none is said.
int row_number(std::string_view said, int before) {
  if (said.empty()) return before + 1;
  int value = 0;
  const auto [end, ec] = std::from_chars(said.data(), said.data() + said.size(), value);
  if (ec == std::errc::result_out_of_range) return kXlsxLastRow + 1;
  return ec == std::errc() && end == said.data() + said.size() ? value : 0;
}

struct Book {
  std::vector<std::string> strings;
  Sheet sheet;
  std::size_t text_bytes = 0;
};

Result<Cell> cell_of(const pugi::xml_node& node, const Book& book) {
  const std::string_view type = attribute(node, "t");
  const std::string_view value = child(node, "v").text().get();
  std::string text(value);
  if (type == "s") {
    const auto index = number<std::size_t>(trimmed(value));
    if (!index || *index >= book.strings.size()) return invalid("names a text that is not there");
    text = book.strings[*index];
  } else if (type == "inlineStr") {
    text = text_of(child(node, "is"));
  } else if (type == "e") {
    return invalid("holds an error: " + text);
  }
  const bool is_number = (type.empty() || type == "n") && !trimmed(text).empty();
  text = trimmed(text);
  if (text.size() > kXlsxCellMax) {
    return invalid("has more than " + std::to_string(kXlsxCellMax) + " bytes");
  }
  if (!utf8_valid(text)) return invalid("is not UTF-8");
  return Cell{is_number ? plain(text) : text, is_number};
}

Status read_row(const pugi::xml_node& node, Book& book) {
  std::vector<Row>& rows = book.sheet.rows;
  const int before = rows.empty() ? 0 : rows.back().number;
  Row row{.number = row_number(attribute(node, "r"), before), .cells = {}};
  if (row.number > kXlsxLastRow) return invalid("has a row beyond " + std::to_string(kXlsxLastRow));
  if (row.number <= before) return invalid("has rows that are out of order");
  int column = -1;
  std::optional<Error> wrong;
  each(node, "c", [&](const pugi::xml_node& c) {
    if (wrong) return;
    const std::string_view reference = attribute(c, "r");
    const auto at = reference.empty() ? column + 1 : column_of(reference);
    if (!at || *at <= column) {
      wrong = invalid("has cells that are out of order in row " + std::to_string(row.number));
      return;
    }
    column = *at;
    auto cell = cell_of(c, book);
    const std::string where = "cell " + column_name(column) + std::to_string(row.number) + " ";
    if (!cell) wrong = invalid(where + cell.error().message);
    if (!cell || cell->text.empty()) return;
    if (column >= kXlsxColumnsMax) {
      wrong = invalid(where + "lies beyond column " + column_name(kXlsxColumnsMax - 1));
    }
    book.text_bytes += cell->text.size();
    if (book.text_bytes > kXlsxTextMax) wrong = invalid("holds too much text");
    row.cells.emplace(column, std::move(*cell));
  });
  if (wrong) return *wrong;
  if (row.cells.empty()) return {};
  if (rows.size() >= kXlsxRowsMax) {
    return invalid("has more than " + std::to_string(kXlsxRowsMax) + " rows");
  }
  rows.push_back(std::move(row));
  return {};
}

// "worksheets/sheet1.xml" beside the workbook, or "/xl/worksheets/sheet1.xml".
std::string path_of(std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  return "xl/" + std::string(target);
}

Result<std::string> sheet_path(const Archive& archive, const std::string& id) {
  const std::string name = "xl/_rels/workbook.xml.rels";
  pugi::xml_document document;
  if (Status parsed = parse(archive.part(name), name, document); !parsed) return parsed.error();
  std::string path;
  each(child(document, "Relationships"), "Relationship", [&](const pugi::xml_node& node) {
    if (attribute(node, "Id") == id) path = path_of(attribute(node, "Target"));
  });
  if (path.empty()) return invalid("does not say where its first sheet is");
  return path;
}

Status read_strings(const Archive& archive, Book& book) {
  const std::string name = "xl/sharedStrings.xml";
  auto text = archive.part(name);
  if (!text && text.error().code == Errc::kNotFound) return {};  // all are inline
  pugi::xml_document document;
  if (Status parsed = parse(text, name, document); !parsed) return parsed;
  each(child(document, "sst"), "si",
       [&](const pugi::xml_node& item) { book.strings.push_back(text_of(item)); });
  return {};
}

Status read_sheet(const Archive& archive, const std::string& path, Book& book) {
  pugi::xml_document document;
  if (Status parsed = parse(archive.part(path), path, document); !parsed) return parsed;
  std::optional<Error> wrong;
  each(child(child(document, "worksheet"), "sheetData"), "row", [&](const pugi::xml_node& row) {
    if (wrong) return;
    if (Status read = read_row(row, book); !read) wrong = read.error();
  });
  if (wrong) return *wrong;
  return {};
}

}  // namespace

std::string column_name(int column) {
  std::string out;
  for (int n = column + 1; n > 0; n = (n - 1) / 26) {
    out.insert(out.begin(), static_cast<char>('A' + (n - 1) % 26));
  }
  return out;
}

Result<Sheet> read_xlsx(std::string_view bytes) {
  auto archive = Archive::open(bytes);
  if (!archive) return archive.error();
  const std::string name = "xl/workbook.xml";
  pugi::xml_document document;
  if (Status parsed = parse(archive->part(name), name, document); !parsed) {
    return invalid(parsed.error().code == Errc::kNotFound ? "is no XLSX file: it has no workbook"
                                                          : parsed.error().message);
  }
  Book book;
  const pugi::xml_node workbook = child(document, "workbook");
  const std::string_view since = attribute(child(workbook, "workbookPr"), "date1904");
  book.sheet.from_1904 = since == "1" || since == "true";
  const pugi::xml_node first = child(child(workbook, "sheets"), "sheet");
  book.sheet.name = attribute(first, "name");
  auto path = sheet_path(*archive, std::string(attribute(first, "id")));
  if (!path) return invalid(path.error().message);
  if (Status read = read_strings(*archive, book); !read) return invalid(read.error().message);
  if (Status read = read_sheet(*archive, *path, book); !read) return invalid(read.error().message);
  return std::move(book.sheet);
}

}  // namespace kip
