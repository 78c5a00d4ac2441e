#include "sample/sample.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "workitem/fold.h"

namespace kip {
namespace {

namespace json = boost::json;
using std::chrono::hours;

struct Ward {
  Registry registry;
  Calendar calendar = Calendar::always();
};

const Ward& ward() {
  static const Ward kMade = [] {
    Ward w;
    Problems problems;
    const auto read = [&](const std::string& name) {
      std::ifstream in(std::string(KIP_SOURCE_DIR) + "/deploy/config/" + name);
      std::stringstream text;
      text << in.rdbuf();
      return Reader::parse(name, text.str(), problems);
    };
    read_units(read("units.yaml"), w.registry);
    read_sources(read("sources.yaml"), w.registry);
    read_procedures(read("procedures.yaml"), w.registry);
    w.registry.index();
    w.calendar = read_calendar(read("calendar.yaml"), w.registry, true).common();
    EXPECT_TRUE(problems.empty());
    return w;
  }();
  return kMade;
}

const Instant kEnd = parse_rfc3339("2026-11-23T02:36:00Z").value();

SampleOptions small() {
  SampleOptions options;
  options.end = kEnd;
  options.months = 5;
  options.scale = 0.3;
  return options;
}

std::vector<std::string> lines_of(const SampleOptions& options) {
  std::vector<std::string> lines;
  write_sample(options, ward().registry, ward().calendar,
               [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

const std::vector<std::string>& year() {
  static const std::vector<std::string> kLines = [] {
    SampleOptions options;
    options.end = kEnd;
    return lines_of(options);
  }();
  return kLines;
}

bool is_broken(const std::string& line) {
  return line.find("\"loi-") != std::string::npos || line.find("-LOI-") != std::string::npos ||
         line.find(std::string(100, '0')) != std::string::npos;
}

struct Row {
  json::object event;
  Instant published, occurred;
};

Instant time_of(const json::object& o, std::string_view key) {
  return parse_rfc3339(std::string_view(o.at(key).as_string())).value();
}

std::string word(const json::object& o, std::string_view key) {
  const json::value* found = o.if_contains(key);
  return found ? std::string(found->as_string()) : std::string();
}

// The lines that the door takes.
std::vector<Row> rows_of(const std::vector<std::string>& lines) {
  std::vector<Row> rows;
  for (const std::string& line : lines) {
    if (is_broken(line)) continue;
    json::object o = json::parse(line).as_object();
    Row row;
    if (json::value* inner = o.if_contains("event")) {
      row = {inner->as_object(), time_of(o, "ingested_at"), {}};
      row.occurred = time_of(row.event, "occurred_at");
    } else {
      row = {o, time_of(o, "occurred_at"), time_of(o, "occurred_at")};
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

const std::vector<Row>& year_rows() {
  static const std::vector<Row> kRows = rows_of(year());
  return kRows;
}

TEST(Sample, TheSameSeedGivesTheSameBytesAndAnotherSeedOthers) {
  SampleOptions options = small();
  const auto once = lines_of(options);
  EXPECT_EQ(once, lines_of(options));
  options.seed = 2;
  EXPECT_NE(once, lines_of(options));
}

TEST(Sample, WhatIsPublishedByAnInstantDoesNotDependOnUntil) {
  const auto past = lines_of(small());
  SampleOptions longer = small();
  longer.until = kEnd + hours{24 * 40};
  auto all = lines_of(longer);
  ASSERT_GT(all.size(), past.size());
  const auto split = all.begin() + static_cast<std::ptrdiff_t>(past.size());
  EXPECT_TRUE(std::equal(past.begin(), past.end(), all.begin()));

  SampleOptions future = longer;
  future.from = kEnd;
  EXPECT_EQ(lines_of(future), std::vector<std::string>(split, all.end()));
}

TEST(Sample, LinesAreInOrderOfPublicationAndSmall) {
  Instant last = kFarPast;
  for (const Row& row : year_rows()) {
    ASSERT_GE(row.published, last);
    ASSERT_GE(row.published, row.occurred);
    ASSERT_LE(row.published, kEnd);
    last = row.published;
  }
  for (const std::string& line : year()) {
    ASSERT_LE(line.size(), 64U * 1024);
    ASSERT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST(Sample, AYearHasAboutEightyThousandEventsOfEveryKindAndSource) {
  EXPECT_GT(year().size(), 75'000U);
  EXPECT_LT(year().size(), 92'000U);
  std::map<std::string, int> sources, statuses;
  std::set<std::string> kinds;
  for (const Row& row : year_rows()) {
    ++sources[word(row.event, "source")];
    ++statuses[word(row.event, "status")];
    kinds.insert(word(row.event, "kind"));
  }
  EXPECT_EQ(kinds.size(), 4U);
  EXPECT_EQ(sources.size(), ward().registry.sources.size());
  for (const Source& source : ward().registry.sources) EXPECT_GT(sources[source.id], 1000);
  for (int i = 1; i < kStatusCount; ++i) {
    std::string name = "WORK_STATUS_";
    for (const char c : status_word(static_cast<WorkStatus>(i)))
      name += static_cast<char>(std::toupper(c));
    EXPECT_GT(statuses[name], 0) << name;
  }
}

TEST(Sample, HasTheFaultsOfLife) {
  std::map<std::string, int> times;
  std::map<std::string, Instant> newest;
  int late = 0, out_of_order = 0, voids = 0, strangers = 0, broken = 0;
  for (const std::string& line : year()) broken += is_broken(line) ? 1 : 0;
  for (const Row& row : year_rows()) {
    ++times[word(row.event, "event_id")];
    late += row.published > row.occurred ? 1 : 0;
    Instant& seen = newest[word(row.event, "item_id")];
    out_of_order += row.occurred < seen ? 1 : 0;
    seen = std::max(seen, row.occurred);
    voids += row.event.contains("voids") ? 1 : 0;
    const std::string unit = word(row.event, "unit_id");
    strangers += !unit.empty() && !ward().registry.unit_known(unit) ? 1 : 0;
  }
  int repeats = 0;
  for (const auto& [id, n] : times) repeats += n - 1;
  EXPECT_EQ(broken, 12);
  EXPECT_GT(repeats, 25);
  EXPECT_LT(repeats, 90);
  EXPECT_GT(late, 250);
  EXPECT_GT(out_of_order, 50);
  EXPECT_GT(voids, 2);
  EXPECT_GT(strangers, 0);
}

TEST(Sample, OfficesWorkInOfficeHoursOnly) {
  int by_night = 0;
  for (const Row& row : year_rows()) {
    const bool works =
        ward().calendar.between(row.occurred - Millis{1000}, row.occurred + Millis{1000}).ms > 0;
    if (works) continue;
    ASSERT_EQ(word(row.event, "status"), "WORK_STATUS_REGISTERED") << word(row.event, "event_id");
    ASSERT_EQ(word(row.event, "channel"), "INTAKE_CHANNEL_ONLINE");
    ++by_night;
  }
  EXPECT_GT(by_night, 500);
}

TEST(Sample, AMakeUpSaturdayIsWorkedAndTetIsNot) {
  int saturday = 0, tet = 0;
  const LocalDay makeup = *parse_day("2026-01-10"), holiday = *parse_day("2026-02-17");
  for (const Row& row : year_rows()) {
    if (word(row.event, "status") != "WORK_STATUS_ACCEPTED") continue;
    saturday += local_day(row.occurred) == makeup ? 1 : 0;
    tet += local_day(row.occurred) == holiday ? 1 : 0;
  }
  EXPECT_GT(saturday, 10);
  EXPECT_EQ(tet, 0);
}

// The last status and due of each item, by occurrence: enough to count; the fold has its own tests.
TEST(Sample, HundredsOfItemsAreOpenAtTheEndAndFewOfThemLate) {
  struct Last {
    Instant occurred = kFarPast, due = kFarFuture;
    std::string status;
  };
  std::map<std::string, Last> items;
  for (const Row& row : year_rows()) {
    Last& item = items[word(row.event, "item_id")];
    if (row.event.contains("due_at")) item.due = time_of(row.event, "due_at");
    if (row.occurred < item.occurred || !row.event.contains("status")) continue;
    item.occurred = row.occurred;
    item.status = word(row.event, "status").substr(12);
  }
  static const std::set<std::string> kEnded = {"COMPLETED", "RETURNED",    "REJECTED",
                                               "WITHDRAWN", "TRANSFERRED", "VOID"};
  int open = 0, past = 0, waiting = 0, soon = 0;
  for (const auto& [id, item] : items) {
    if (kEnded.contains(item.status)) continue;
    ++open;
    const bool stands = item.status == "WAITING" || item.status == "SUSPENDED";
    waiting += stands ? 1 : 0;
    past += !stands && item.due < kEnd ? 1 : 0;
    soon += !stands && item.due >= kEnd && item.due < kEnd + hours{56} ? 1 : 0;
  }
  EXPECT_GE(open, 300);
  EXPECT_LE(open, 450);
  EXPECT_GE(past, 4);
  EXPECT_LE(past, 20);
  EXPECT_GE(waiting, 15);
  EXPECT_LE(waiting, 60);
  EXPECT_GE(soon, 8);
}

TEST(Sample, NamesNobody) {
  for (const Row& row : year_rows()) {
    const std::string kind = word(row.event, "kind");
    const bool own_title = kind == "WORK_KIND_TASK" || kind == "WORK_KIND_PROJECT";
    ASSERT_TRUE(own_title || !row.event.contains("title"));
    const std::string officer = word(row.event, "assignee_id");
    ASSERT_TRUE(officer.empty() || officer.starts_with("cb-")) << officer;
  }
}

TEST(Sample, AnEmptyCatalogueStillHasTasksAndProjects) {
  Registry empty;
  empty.index();
  int lines = 0;
  write_sample(small(), empty, ward().calendar, [&](std::string_view) { ++lines; });
  EXPECT_GT(lines, 100);
}

// Whoever copies the README's first command must not change what somebody in the sample has filed.
TEST(Sample, HoldsNoItemThatTheReadmeSendsEventsOf) {
  std::ifstream in(std::string(KIP_SOURCE_DIR) + "/README.md");
  std::set<std::string> ids;
  for (std::string word; in >> word;) {
    if (word != "'ce-subject:") continue;
    in >> word;
    ids.insert(word.substr(0, word.find('\'')));
  }
  EXPECT_FALSE(ids.empty());
  SampleOptions running;
  running.end = kEnd;
  running.from = kEnd;
  running.until = kEnd + hours{24 * 30};
  for (const auto& lines : {year(), lines_of(running)}) {
    for (const std::string& line : lines) {
      for (const std::string& id : ids) {
        EXPECT_EQ(line.find("\"" + id + "\""), std::string::npos) << line;
      }
    }
  }
}

}  // namespace
}  // namespace kip
