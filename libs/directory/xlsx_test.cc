#include "directory/xlsx.h"

#include <gtest/gtest.h>

#include <random>

#include "directory/test_xlsx.h"

namespace kip {
namespace {

using test::Parts;
using test::table;
using test::workbook;
using test::zipped;

Sheet read(const std::string& bytes) {
  auto sheet = read_xlsx(bytes);
  EXPECT_TRUE(sheet) << sheet.error().message;
  return sheet ? *sheet : Sheet{};
}

std::string said(const std::string& bytes) {
  const auto sheet = read_xlsx(bytes);
  return sheet ? "" : sheet.error().message;
}

std::string said_of_rows(const std::string& rows) { return said(zipped(workbook(rows))); }

// "B3=text" of each cell; a number with # before it.
std::string cells(const Sheet& sheet) {
  std::string all;
  for (const Row& row : sheet.rows) {
    for (const auto& [column, cell] : row.cells) {
      all += column_name(column) + std::to_string(row.number) + "=" + (cell.number ? "#" : "") +
             cell.text + "\n";
    }
  }
  return all;
}

TEST(Xlsx, TheFirstSheetIsReadByItsCells) {
  const Sheet sheet = read(zipped(workbook(
      "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t> Mã </t></is></c>"
      "<c r=\"C1\" t=\"str\"><f>1+1</f><v>hai</v></c></row>"
      "<row r=\"2\"><c r=\"A2\"/></row>"
      "<row r=\"5\"><c r=\"B5\"><v>46358</v></c><c r=\"C5\" t=\"n\"><v>8.4912345678E+10</v></c>"
      "<c r=\"D5\"><v>0.3125</v></c><c r=\"AA5\" t=\"b\"><v>1</v></c></row>")));
  EXPECT_EQ(sheet.name, "Danh bạ");
  EXPECT_FALSE(sheet.from_1904);
  EXPECT_EQ(cells(sheet), "A1=Mã\nC1=hai\nB5=#46358\nC5=#84912345678\nD5=#0.3125\nAA5=1\n");
}

TEST(Xlsx, SharedStringsAreFoundWithTheirRunsAndWithoutReadingAids) {
  Parts parts = workbook("<row><c t=\"s\"><v>1</v></c><c t=\"s\"><v>0</v></c></row>");
  parts["xl/sharedStrings.xml"] =
      "<sst><si><t>a &amp; b</t></si><si><r><t>Trưởng </t></r><r><t>phòng</t></r>"
      "<rPh><t>no</t></rPh></si></sst>";
  EXPECT_EQ(cells(read(zipped(parts))), "A1=Trưởng phòng\nB1=a & b\n");
}

TEST(Xlsx, PrefixesAbsolutePathsAndTheOtherEpochAreKnown) {
  Parts parts = workbook("", " date1904=\"1\"");
  parts["xl/_rels/workbook.xml.rels"] =
      "<p:Relationships xmlns:p=\"x\"><p:Relationship Id=\"rId7\" Target=\"/xl/one.xml\"/>"
      "</p:Relationships>";
  parts["xl/one.xml"] =
      "<x:worksheet xmlns:x=\"y\"><x:sheetData><x:row r=\"3\"><x:c r=\"B3\"><x:v>7</x:v></x:c>"
      "</x:row></x:sheetData></x:worksheet>";
  const Sheet sheet = read(zipped(parts));
  EXPECT_TRUE(sheet.from_1904);
  EXPECT_EQ(cells(sheet), "B3=#7\n");
}

TEST(Xlsx, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_EQ(said("no archive"), "is no XLSX file (no archive, or a damaged one)");
  EXPECT_EQ(said(zipped({{"a.txt", "a"}})), "is no XLSX file: it has no workbook");
  Parts parts = workbook("");
  parts["xl/workbook.xml"] = "<workbook><sheets>";
  EXPECT_EQ(said(zipped(parts)), "is damaged in its part xl/workbook.xml");
  parts = workbook("");
  parts.erase("xl/worksheets/sheet1.xml");
  EXPECT_EQ(said(zipped(parts)), "has no part xl/worksheets/sheet1.xml that can be read");
  parts = workbook("");
  parts["xl/_rels/workbook.xml.rels"] = "<Relationships/>";
  EXPECT_EQ(said(zipped(parts)), "does not say where its first sheet is");
  EXPECT_EQ(said_of_rows("<row r=\"2\"><c r=\"B2\" t=\"s\"><v>4</v></c></row>"),
            "cell B2 names a text that is not there");
  EXPECT_EQ(said_of_rows("<row r=\"2\"><c r=\"B2\" t=\"e\"><v>#REF!</v></c></row>"),
            "cell B2 holds an error: #REF!");
  EXPECT_EQ(said_of_rows("<row r=\"2\"><c r=\"B2\"/><c r=\"A2\"/></row>"),
            "has cells that are out of order in row 2");
  EXPECT_EQ(said_of_rows("<row r=\"2\"><c><v>1</v></c></row><row r=\"2\"/>"),
            "has rows that are out of order");
  EXPECT_EQ(said_of_rows("<row r=\"-3\"/>"), "has rows that are out of order");
  EXPECT_EQ(said_of_rows("<row r=\"1048576\"/>"), "");
  EXPECT_EQ(said_of_rows("<row r=\"1048576\"><c><v>1</v></c></row><row/>"),
            "has a row beyond 1048576");
  for (const char* number : {"1048577", "2147483647", "2147483648", "99999999999999999999"}) {
    const std::string row = "<row r=\"" + std::string(number) + "\"><c><v>1</v></c></row>";
    EXPECT_EQ(said_of_rows(row + "<row><c><v>1</v></c></row>"), "has a row beyond 1048576");
  }
  EXPECT_EQ(said_of_rows("<row r=\"2x\"/>"), "has rows that are out of order");
}

TEST(Xlsx, NothingIsUnpackedBeyondItsLimit) {
  // 64 MiB that are packed into some 64 KiB.
  Parts parts = workbook("");
  parts["xl/worksheets/sheet1.xml"] = std::string(std::size_t{64} << 20, ' ');
  const std::string bomb = zipped(parts);
  EXPECT_LT(bomb.size(), kXlsxBytesMax);
  EXPECT_EQ(said(bomb), "has a part of more than 4 MiB: xl/worksheets/sheet1.xml");
  EXPECT_EQ(said(std::string(kXlsxBytesMax + 1, ' ')), "has more than 8 MiB");
  Parts many = workbook("");
  for (int i = 0; i < 1'000; ++i) many["p" + std::to_string(i)] = "";
  EXPECT_EQ(said(zipped(many)), "has more than 1000 parts");
}

TEST(Xlsx, OneLongTextInManyCellsIsTooMuch) {
  Parts parts = workbook("");
  std::string row;
  for (int i = 0; i < 50; ++i) row += "<c t=\"s\"><v>0</v></c>";
  std::string rows;
  for (int i = 0; i < 1'000; ++i) rows += "<row>" + row + "</row>";
  parts["xl/worksheets/sheet1.xml"] = "<worksheet><sheetData>" + rows + "</sheetData></worksheet>";
  parts["xl/sharedStrings.xml"] = "<sst><si><t>" + std::string(4'000, 'a') + "</t></si></sst>";
  EXPECT_EQ(said(zipped(parts)), "holds too much text");
  parts["xl/sharedStrings.xml"] = "<sst><si><t>" + std::string(4'001, 'a') + "</t></si></sst>";
  EXPECT_EQ(said(zipped(parts)), "cell A1 has more than 4000 bytes");
}

TEST(Xlsx, AsManyRowsAndColumnsAsAWardNeeds) {
  std::string rows;
  for (int i = 0; i < kXlsxRowsMax; ++i) rows += "<row><c><v>1</v></c></row>";
  EXPECT_EQ(said_of_rows(rows), "");
  EXPECT_EQ(said_of_rows(rows + "<row><c><v>1</v></c></row>"), "has more than 10000 rows");
  EXPECT_EQ(said_of_rows("<row><c r=\"CV1\"><v>1</v></c></row>"), "");
  EXPECT_EQ(said_of_rows("<row><c r=\"CW1\"><v>1</v></c></row>"), "cell CW1 lies beyond column CV");
}

TEST(Xlsx, EntitiesOfADocumentTypeAreNotRead) {
  Parts parts = workbook("");
  parts["xl/worksheets/sheet1.xml"] =
      "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">"
      "<!ENTITY f SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row>"
      "<c t=\"inlineStr\"><is><t>&b;&f;</t></is></c></row></sheetData></worksheet>";
  EXPECT_EQ(cells(read(zipped(parts))), "A1=&b;&f;\n");
}

TEST(Xlsx, NoDamageOfTheFileIsACrash) {
  const std::string whole = table({{"mã", "chức danh"}, {"tp", "Trưởng phòng"}, {"ptp", "=46358"}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(said(whole.substr(0, size)), "") << size;
  }
  for (std::size_t at = 0; at < whole.size() * 8; ++at) {
    std::string bytes = whole;
    bytes[at / 8] = static_cast<char>(bytes[at / 8] ^ (1 << at % 8));
    (void)read_xlsx(bytes);
  }
}

TEST(Xlsx, NoDamageOfItsPartsIsACrash) {
  Parts whole = workbook(
      "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>b</t></is>"
      "</c></row><row r=\"2\"><c r=\"AB2\"><v>46358</v></c></row>");
  whole["xl/sharedStrings.xml"] = "<sst><si><r><t>a</t></r></si></sst>";
  std::mt19937 draw(5);  // NOLINT: the same damage each time
  for (int run = 0; run < 3'000; ++run) {
    Parts parts = whole;
    auto& text =
        std::next(parts.begin(), static_cast<std::ptrdiff_t>(draw() % parts.size()))->second;
    for (unsigned n = 1 + draw() % 4; n > 0; --n) {
      const std::size_t at = draw() % text.size();
      if (draw() % 3 == 0) {
        text.erase(at, 1 + draw() % 20);
      } else {
        text[at] = static_cast<char>(draw());
      }
      if (text.empty()) text = " ";
    }
    const auto sheet = read_xlsx(zipped(parts));
    if (!sheet) {
      EXPECT_NE(sheet.error().message, "");
    }
  }
}

}  // namespace
}  // namespace kip
