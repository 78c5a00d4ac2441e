#include "forecast/outlook.h"

#include <gtest/gtest.h>

#include "forecast/test_items.h"

namespace kip::forecast {
namespace {

TEST(Cut, LetsAsManyThroughAsCanBeLookedAt) {
  EXPECT_DOUBLE_EQ(cut_of({0.2, 0.9, 0.5, 0.7}, 2), 0.7);
  EXPECT_DOUBLE_EQ(cut_of({0.2, 0.9, 0.5, 0.7}, 1), 0.9);
}

TEST(Cut, IsNothingWhereAllCanBeLookedAt) {
  EXPECT_DOUBLE_EQ(cut_of({}, 0), 0);
  EXPECT_DOUBLE_EQ(cut_of({0.2, 0.9}, 2), 0);
}

// Who is as likely to be late as one that is looked at is worth as much of a look.
TEST(Cut, LetsAllThroughThatAreEqualToTheLast) {
  EXPECT_DOUBLE_EQ(cut_of({0.9, 0.6, 0.1, 0.6, 0.6}, 2), 0.6);
  EXPECT_DOUBLE_EQ(cut_of({0.6, 0.6, 0.6}, 2), 0.6);
  EXPECT_GT(cut_of({0.6, 0.6, 1.0}, 0), 1);
}

Trace item_of(const std::string& unit, const std::string& owner) {
  Trace trace;
  trace.events = 1;
  trace.unit = name_of(unit);
  trace.owner = name_of(owner);
  return trace;
}

TEST(Outlook, CutsByUnitAndComparesLoadsWithTheUsual) {
  Gathered all;
  for (const double chance : {0.1, 0.8, 0.6}) all.add("U1", item_of("U1", "o1"), chance);
  all.add("U1", item_of("U1", ""), std::nullopt);  // it is open, and of no account for the cut
  all.add("U2", item_of("U2", "o2"), 0.3);
  auto lesson = std::make_shared<Lesson>();
  lesson->usual.units[name_of("U1")] = 1.5;
  lesson->usual.owners[name_of("o1")] = 3;
  std::map<std::string, std::size_t> asked;
  const Outlook outlook = outlook_of(all, lesson, [&](const std::string& unit, std::size_t open) {
    asked[unit] = open;
    return std::size_t{1};
  });
  EXPECT_EQ(asked, (std::map<std::string, std::size_t>{{"U1", 4}, {"U2", 1}}));
  EXPECT_EQ(outlook.cuts, (Cuts{{"U1", 0.8}, {"U2", 0}}));
  const Load load = outlook.load_of(item_of("U1", "o1"));
  EXPECT_DOUBLE_EQ(load.unit, (4 + 1) / (1.5 + 1));
  EXPECT_DOUBLE_EQ(load.owner, (3 + 1) / (3.0 + 1));
  // Nothing is usual there yet; nobody is named.
  EXPECT_DOUBLE_EQ(outlook.load_of(item_of("U2", "o2")).unit, 1);
  EXPECT_DOUBLE_EQ(outlook.load_of(item_of("U2", "o2")).owner, 1);
  EXPECT_DOUBLE_EQ(outlook.load_of(item_of("U1", "")).owner, 0);
}

// What shards are told is what the walk that was learned from reckons.
TEST(Outlook, LoadsAreThoseOfTheCaseload) {
  Caseload caseload;
  for (const char* id : {"A", "B", "C"})
    caseload.see(EventOf(id, 1).unit("U1").status(WorkStatus::kAccepted));
  const Trace item = *caseload.find("A");
  Gathered all;
  for (const char* id : {"A", "B", "C"}) all.add("U1", *caseload.find(id), std::nullopt);
  auto lesson = std::make_shared<Lesson>();
  lesson->usual = caseload.usual();
  const Outlook outlook =
      outlook_of(all, lesson, [](const std::string&, std::size_t) { return std::size_t{1}; });
  EXPECT_DOUBLE_EQ(outlook.load_of(item).unit, caseload.load_of(item).unit);
  EXPECT_GT(outlook.load_of(item).unit, 1);
}

}  // namespace
}  // namespace kip::forecast
