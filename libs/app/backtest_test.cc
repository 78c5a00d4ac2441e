#include "app/backtest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/csv_log.h"

namespace kip {
namespace {

using testing::HasSubstr;

// Days of a year, as the times of a log; day 0 is its first.
std::string day(int number) {
  constexpr Instant kFirst = instant_of(1'735'689'600'000);  // 2025-01-01
  return format_rfc3339(kFirst + Millis{number * std::int64_t{86'400'000}});
}

constexpr const char* kHeader =
    "item_id,kind,procedure,unit,step,status,occurred_at,received_at,due_at,finished_at\n";

struct Life {
  std::string item_id;
  int received = 0, due = 0, finished = -1;  // days; below 0: never
  std::string procedure = "p";
};

std::string rows_of(const Life& life) {
  const auto row = [&](const std::string& status, int at) {
    return life.item_id + ",dossier," + life.procedure + ",u," + status + "," + status + "," +
           day(at) + "," + day(life.received) + "," + day(life.due) + "," +
           (life.finished < 0 ? "" : day(life.finished)) + "\n";
  };
  std::string rows = row("received", life.received);
  if (life.finished >= 0) rows += row("closed", life.finished);
  return rows;
}

ImportedLog log_of(const std::vector<Life>& lives) {
  std::string text = kHeader;
  for (const Life& life : lives) text += rows_of(life);
  ImportedLog log;
  EXPECT_TRUE(read_csv_log(
      "log.csv", text, DoorOptions{}, [](std::uint64_t) {}, log));
  return log;
}

// A hundred items of ten days: those of `slow` are late, of `fast` in time.
std::vector<Life> hundred(const std::string& prefix = "a", int begin = 0) {
  std::vector<Life> lives;
  for (int i = 0; i < 100; ++i) {
    const bool slow = i % 2 == 0;
    const int at = begin + i;
    lives.push_back(
        {prefix + std::to_string(i), at, at + 10, at + (slow ? 14 : 9), slow ? "slow" : "fast"});
  }
  return lives;
}

BacktestFigures run(const std::vector<Life>& train, const std::vector<Life>& test,
                    std::vector<std::string>* scores = nullptr, bool online = false) {
  BacktestOptions options;
  options.online = online;
  options.on_score = [&](const Score& score) {
    if (scores != nullptr) scores->push_back(csv_line(score));
  };
  auto figures = backtest(log_of(train), log_of(test), options);
  EXPECT_TRUE(figures);
  return figures ? *figures : BacktestFigures{};
}

double chance_in(const std::string& line) { return std::stod(line.substr(line.rfind(',') + 1)); }

TEST(Backtest, TellsLateOnesApart) {
  const BacktestFigures f = run(hundred(), hundred("b", 200));
  EXPECT_TRUE(f.enough_data);
  EXPECT_EQ(f.train_items, 100U);
  EXPECT_EQ(f.train_late, 50U);
  EXPECT_EQ(f.items, 100U);
  EXPECT_EQ(f.judged, 100U);
  EXPECT_EQ(f.late, 50U);
  ASSERT_EQ(f.points.size(), 3U);
  for (const PointFigures& p : f.points) {
    EXPECT_EQ(p.open, 100U);
    EXPECT_EQ(p.late, 50U);
    EXPECT_EQ(p.auc, 1.0);
    EXPECT_EQ(p.riskiest, 1.0);
    EXPECT_LT(*p.brier, 0.1);
  }
}

TEST(Backtest, ScoresWhatIsOpenAndNothingElse) {
  std::vector<std::string> scores;
  // Open at a quarter only; never finished and due after the log's end: asked, not judged.
  const BacktestFigures f = run(hundred(), {{"x", 200, 220, 206}, {"y", 203, 223, -1}}, &scores);
  ASSERT_EQ(scores.size(), 4U);
  EXPECT_THAT(scores[0], HasSubstr("x,0.25,2025-07-25T00:00:00Z,0."));
  EXPECT_THAT(scores[1], HasSubstr("y,0.25,"));
  EXPECT_EQ(f.judged, 0U);
  EXPECT_EQ(f.points[0].open, 0U);
  EXPECT_FALSE(f.points[0].auc.has_value());
  EXPECT_THAT(to_json(f), HasSubstr(R"({"point":0.25,"open":0,"late":0,"auc":null)"));
}

TEST(Backtest, BadTermsAreNeitherAskedNorJudged) {
  std::vector<Life> odd = {
      {"zero", 200, 200, 201},   // no time at all
      {"back", 210, 205, 212},   // due before its receipt
      {"early", 230, 240, 220},  // finished before its receipt
      {"decade", 1, 3651, 300},  // ten years
      {"decade-late", 2, 3652, -1},
  };
  std::vector<std::string> scores;
  const BacktestFigures f = run(hundred(), odd, &scores);
  EXPECT_EQ(f.items, 5U);
  EXPECT_EQ(f.judged, 1U);  // early; the last event is on day 300
  for (const std::string& line : scores) {
    EXPECT_THAT(line, HasSubstr("decade-late"));
    EXPECT_GT(chance_in(line), 0);
    EXPECT_LT(chance_in(line), 1);
  }
  // To learn from them harms nothing either.
  auto train = hundred();
  train.insert(train.end(), odd.begin(), odd.end());
  EXPECT_EQ(run(train, hundred("b", 400)).points[1].auc, 1.0);
}

TEST(Backtest, AProcedureNeverSeenIsBetweenTheOthers) {
  std::vector<std::string> scores;
  run(hundred(),
      {{"s", 200, 210, 214, "slow"}, {"f", 200, 210, 214, "fast"}, {"n", 200, 210, 214, "new"}},
      &scores);
  ASSERT_EQ(scores.size(), 9U);  // at each point f, n, s
  EXPECT_LT(chance_in(scores[3]), chance_in(scores[4]));
  EXPECT_LT(chance_in(scores[4]), chance_in(scores[5]));
}

TEST(Backtest, OneClassOrFewItemsAreNotEnough) {
  std::vector<std::string> scores;
  const BacktestFigures few =
      run({{"a", 0, 10, 14}, {"b", 0, 10, 9}}, {{"x", 200, 210, 214}}, &scores);
  EXPECT_FALSE(few.enough_data);
  EXPECT_THAT(scores.front(), HasSubstr(",0.500000"));
  auto all_late = hundred();
  for (Life& life : all_late) life.finished = life.due + 1;
  EXPECT_FALSE(run(all_late, hundred("b", 200)).enough_data);
  EXPECT_FALSE(run({}, hundred("b", 200)).enough_data);
}

TEST(Backtest, WhatIsOpenAtTheEndOfTheTrainLogIsLateOnlyIfItsDueHasCome) {
  auto train = hundred();
  train.push_back({"waits", 100, 110, -1});  // the last event is on day 113: late
  train.push_back({"unknown", 105, 120, -1});
  EXPECT_EQ(run(train, hundred("b", 200)).train_late, 51U);
  EXPECT_EQ(run(train, hundred("b", 200)).train_items, 101U);
}

TEST(Backtest, OnlineLearnsFromTheTestLogWhatIsKnownByThen) {
  std::vector<std::string> plain, online;
  EXPECT_EQ(run({}, hundred("b"), &plain).models, 0U);
  const BacktestFigures f = run({}, hundred("b"), &online, true);
  EXPECT_GT(f.models, 0U);
  ASSERT_EQ(plain.size(), online.size());
  EXPECT_EQ(plain.front(), online.front());
  EXPECT_NE(plain.back(), online.back());
}

TEST(Backtest, AnEndThatWasRecordedLateIsAskedAboutAndNotJudged) {
  // Ended on day 203, known on day 206: at a half it seemed open. `y` makes the log long enough.
  std::string text =
      "item_id,status,occurred_at,received_at,due_at,recorded_at\n"
      "x,received," +
      day(200) + "," + day(200) + "," + day(210) + "," + day(200) + "\n" + "x,closed," + day(203) +
      "," + day(200) + "," + day(210) + "," + day(206) + "\n" + "y,received," + day(230) + "," +
      day(230) + "," + day(240) + "," + day(230) + "\n";
  ImportedLog test;
  ASSERT_TRUE(read_csv_log(
      "log.csv", text, DoorOptions{}, [](std::uint64_t) {}, test));
  BacktestOptions options;
  std::vector<std::string> scores;
  options.on_score = [&](const Score& score) {
    if (score.item_id == "x") scores.push_back(csv_line(score));
  };
  ASSERT_TRUE(backtest(log_of(hundred()), test, options));
  EXPECT_EQ(scores.size(), 1U);
  scores.clear();
  options.recorded = true;
  const auto figures = backtest(log_of(hundred()), test, options);
  ASSERT_TRUE(figures);
  EXPECT_EQ(scores.size(), 2U);
  EXPECT_EQ(figures->points[0].open, 1U);
  EXPECT_EQ(figures->points[1].open, 0U);
}

// Rows of status, occurred_at, received_at, due_at, recorded_at (days) of items of their own.
ImportedLog log_of_rows(const std::string& rows, const std::string& file = "log.csv") {
  ImportedLog log;
  const std::string header = "item_id,status,occurred_at,received_at,due_at,recorded_at\n";
  EXPECT_TRUE(read_csv_log(
      file, header + rows, DoorOptions{}, [](std::uint64_t) {}, log));
  return log;
}

std::string row(const std::string& item_id, const std::string& status, int occurred, int received,
                int due, int recorded) {
  return item_id + "," + status + "," + day(occurred) + "," + day(received) + "," + day(due) + "," +
         day(recorded) + "\n";
}

BacktestFigures run_logs(ImportedLog train, ImportedLog test, const BacktestOptions& options = {}) {
  auto figures = backtest(std::move(train), std::move(test), options);
  EXPECT_TRUE(figures);
  return figures ? *figures : BacktestFigures{};
}

TEST(Backtest, AnItemOfBothLogsIsNotLearnedFromAndCounted) {
  const BacktestFigures f = run(hundred(), hundred());
  EXPECT_EQ(f.train_items, 0U);
  EXPECT_EQ(f.both_items, 100U);
  EXPECT_THAT(to_json(f), HasSubstr(R"("both_items":100)"));
  EXPECT_EQ(run(hundred(), hundred("b")).both_items, 0U);
}

TEST(Backtest, FilesOfOneNameLoseNoRowAndOneReadTwiceCountsOnce) {
  const std::string begin = row("x", "received", 200, 200, 220, 200);
  ImportedLog test = log_of_rows(begin, "one/log.csv");
  ImportedLog more = log_of_rows(row("x", "closed", 206, 200, 220, 206), "two/log.csv");
  ImportedLog again = log_of_rows(begin, "one/log.csv");
  for (ImportedLog* part : {&more, &again}) {  // x-1 of `log` again: another content, then the same
    for (Accepted& event : part->events) test.events.push_back(std::move(event));
  }
  std::vector<std::string> scores;
  BacktestOptions options;
  options.on_score = [&](const Score& score) { scores.push_back(csv_line(score)); };
  run_logs(log_of(hundred()), log_of_rows(begin), options);
  ASSERT_EQ(scores.size(), 3U);
  const std::string first = scores.front();
  scores.clear();
  run_logs(log_of(hundred()), std::move(test), options);
  EXPECT_EQ(scores, std::vector<std::string>{first});
}

TEST(Backtest, ARowReceivedBehindTheCloseReopensNothingAnotherSourcesAcceptedDoes) {
  const ImportedLog csv = log_of_rows(
      row("x", "received", 200, 200, 220, 200) + row("x", "closed", 203, 200, 220, 203) +
      row("x", "received", 204, 200, 220, 204) + row("y", "received", 300, 300, 301, 300));
  ImportedLog told = csv;
  for (Accepted& event : told.events) event.csv_row = false;
  const BacktestFigures closed = run_logs(log_of(hundred()), csv);
  const BacktestFigures reopened = run_logs(log_of(hundred()), told);
  EXPECT_EQ(closed.scored, 3U);  // those of y
  EXPECT_EQ(closed.late, 0U);
  EXPECT_EQ(reopened.scored, 6U);
  EXPECT_EQ(reopened.late, 1U);
}

TEST(Backtest, OnlineLearnsAnEndThatIsToldLateAsWhatItWas) {
  // All ends are recorded twenty days after the due: until then every item seems late.
  std::string rows;
  for (int i = 0; i < 100; ++i) {
    const std::string item = "b" + std::to_string(i);
    rows += row(item, "received", i, i, i + 10, i);
    rows += row(item, "closed", i + (i % 2 == 0 ? 14 : 9), i, i + 10, i + 30);
  }
  BacktestOptions options;
  options.online = options.recorded = true;
  EXPECT_GT(run_logs({}, log_of_rows(rows), options).models, 0U);
}

TEST(Backtest, OnlineLearnsAnItemOnceByTheDueThatStandsThoughItMovedAfterItCame) {
  // Each is late for two days, until its due is moved: half of them end in time.
  std::string rows;
  for (int i = 0; i < 100; ++i) {
    const std::string item = "b" + std::to_string(i);
    rows += row(item, "received", i, i, i + 10, i) + row(item, "open", i + 12, i, i + 40, i + 12);
    const int end = i + (i % 2 == 0 ? 45 : 30);
    rows += row(item, "closed", end, i, i + 40, end);
  }
  BacktestOptions options;
  options.online = true;
  EXPECT_GT(run_logs({}, log_of_rows(rows), options).models, 0U);
}

TEST(Backtest, AnIdWithACommaIsQuoted) {
  EXPECT_EQ(csv_line({"a,\"b\"", 0.5, instant_of(0), 0.25}),
            "\"a,\"\"b\"\"\",0.5,1970-01-01T00:00:00Z,0.250000");
}

}  // namespace
}  // namespace kip
