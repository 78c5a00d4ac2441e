#pragma once
// XLSX files for tests, made in memory: parts as given, or a sheet of texts.

#include <gtest/gtest.h>
#include <zip.h>

#include <map>
#include <string>
#include <vector>

#include "directory/xlsx.h"

namespace kip::test {

using Parts = std::map<std::string, std::string>;

inline std::string zipped(const Parts& parts) {
  zip_source_t* to = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  zip_t* zip = zip_open_from_source(to, ZIP_TRUNCATE, nullptr);
  zip_source_keep(to);
  for (const auto& [name, text] : parts) {
    zip_source_t* part = zip_source_buffer(zip, text.data(), text.size(), 0);
    EXPECT_GE(zip_file_add(zip, name.c_str(), part, ZIP_FL_ENC_UTF_8), 0);
  }
  EXPECT_EQ(zip_close(zip), 0);
  std::string out;
  EXPECT_EQ(zip_source_open(to), 0);
  char chunk[4096];
  for (zip_int64_t got = 0; (got = zip_source_read(to, chunk, sizeof chunk)) > 0;) {
    out.append(chunk, static_cast<std::size_t>(got));
  }
  zip_source_close(to);
  zip_source_free(to);
  return out;
}

// The parts of a workbook whose only sheet holds these rows: <row>…</row>.
inline Parts workbook(const std::string& rows, const std::string& properties = "") {
  const std::string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  const std::string ids = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  return {{"xl/workbook.xml",
           "<workbook xmlns=\"" + main + "\" xmlns:r=\"" + ids + "\"><workbookPr" + properties +
               "/><sheets><sheet name=\"Danh bạ\" sheetId=\"1\" r:id=\"rId7\"/>"
               "<sheet name=\"Khác\" sheetId=\"2\" r:id=\"rId8\"/></sheets></workbook>"},
          {"xl/_rels/workbook.xml.rels",
           "<Relationships><Relationship Id=\"rId8\" Target=\"worksheets/other.xml\"/>"
           "<Relationship Id=\"rId7\" Target=\"worksheets/sheet1.xml\"/></Relationships>"},
          {"xl/worksheets/sheet1.xml",
           "<worksheet xmlns=\"" + main + "\"><sheetData>" + rows + "</sheetData></worksheet>"}};
}

inline std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  }
  return out;
}

// A cell that begins with '=' is a number: "=46358".
inline std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::string all;
  int number = 0;
  for (const auto& row : rows) {
    const std::string r = std::to_string(++number);
    all += "<row r=\"" + r + "\">";
    int column = -1;
    for (const std::string& text : row) {
      const std::string at = "<c r=\"" + column_name(++column) + r + "\"";
      if (text.empty()) continue;
      all += text[0] == '=' ? at + "><v>" + text.substr(1) + "</v></c>"
                            : at + " t=\"inlineStr\"><is><t>" + escaped(text) + "</t></is></c>";
    }
    all += "</row>";
  }
  return zipped(workbook(all));
}

}  // namespace kip::test
