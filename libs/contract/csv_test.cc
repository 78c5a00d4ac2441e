#include "contract/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kip {
namespace {

using testing::ElementsAre;

struct Row {
  std::uint64_t line;
  std::vector<std::string> cells;
  std::string text;
  bool fault;
};

std::vector<Row> rows(std::string_view text, std::size_t max = 1000) {
  std::vector<Row> out;
  CsvReader reader(text, max);
  CsvRecord record;
  while (reader.next(record)) {
    out.push_back({record.line, record.cells, std::string(record.text), !record.fault.empty()});
  }
  return out;
}

TEST(Csv, SplitsCellsAndLinesWithAnyEnd) {
  const auto got = rows("a,b\r\n,\nc,d");
  ASSERT_EQ(got.size(), 3u);
  EXPECT_THAT(got[0].cells, ElementsAre("a", "b"));
  EXPECT_THAT(got[1].cells, ElementsAre("", ""));
  EXPECT_THAT(got[2].cells, ElementsAre("c", "d"));
  EXPECT_EQ(got[0].text, "a,b");
  EXPECT_EQ(got[2].line, 3u);
}

TEST(Csv, QuotedCellsHoldCommasQuotesAndLineEnds) {
  const auto got = rows("\"a,b\",\"c \"\"d\"\"\",\"e\r\nf\",\"\"\r\nnext");
  ASSERT_EQ(got.size(), 2u);
  EXPECT_THAT(got[0].cells, ElementsAre("a,b", "c \"d\"", "e\r\nf", ""));
  EXPECT_EQ(got[1].line, 3u);
}

TEST(Csv, PassesOverAByteOrderMarkAndBlankLines) {
  const auto got = rows("\xEF\xBB\xBF\r\n\nitem_id\n\n\nx\n");
  ASSERT_EQ(got.size(), 2u);
  EXPECT_THAT(got[0].cells, ElementsAre("item_id"));
  EXPECT_EQ(got[1].line, 6u);
  EXPECT_TRUE(rows("").empty());
}

TEST(Csv, AQuoteInsideAPlainCellIsACharacter) {
  EXPECT_THAT(rows("5\" pipe,x")[0].cells, ElementsAre("5\" pipe", "x"));
}

TEST(Csv, AnEmptyLastCellCounts) {
  EXPECT_THAT(rows("a,")[0].cells, ElementsAre("a", ""));
  EXPECT_THAT(rows("a,\n")[0].cells, ElementsAre("a", ""));
}

TEST(Csv, AQuoteThatDoesNotCloseCostsItsLineOnly) {
  const auto got = rows("a,b\n\"c,d\r\ne,f\n");
  ASSERT_EQ(got.size(), 3u);
  EXPECT_TRUE(got[1].fault);
  EXPECT_EQ(got[1].text, "\"c,d");
  EXPECT_EQ(got[2].line, 3u);
  EXPECT_THAT(got[2].cells, ElementsAre("e", "f"));
}

TEST(Csv, WhatFollowsAClosingQuoteIsAFault) {
  const auto got = rows("\"a\"b,c\nd,e");
  EXPECT_TRUE(got[0].fault);
  EXPECT_FALSE(got[1].fault);
}

TEST(Csv, ARecordBeyondTheLimitIsAFault) {
  EXPECT_FALSE(rows("12345678\nx", 8)[0].fault);
  const auto plain = rows("123456789\nx", 8);
  EXPECT_TRUE(plain[0].fault);
  EXPECT_THAT(plain[1].cells, ElementsAre("x"));
  EXPECT_TRUE(rows("\"12345678\"\nx", 8)[0].fault);
  EXPECT_FALSE(rows("\"123456\"\nx", 8)[0].fault);
}

}  // namespace
}  // namespace kip
