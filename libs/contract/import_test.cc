#include "contract/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "contract/csv_log.h"
#include "contract/test_arrivals.h"

namespace kip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Import : public testing::Test {
 protected:
  Import() {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::path(testing::TempDir()) / (std::string("kip_import_") + info->name());
    std::filesystem::create_directories(folder_);
  }
  ~Import() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& text) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  static ImportedLog read(const std::vector<std::string>& files) {
    auto log = read_logs(files, Door({}), {});
    EXPECT_TRUE(log) << (log ? "" : log.error().message);
    return log ? std::move(*log) : ImportedLog{};
  }

  static std::string error(const std::string& file) {
    const auto log = read_logs({file}, Door({}), {});
    return log ? "" : log.error().message;
  }

  std::filesystem::path folder_;
};

std::vector<Event> decoded(const ImportedLog& log) {
  std::vector<Event> events;
  for (const auto& accepted : log.events) events.push_back(*decode_stamped(accepted.bytes));
  return events;
}

std::vector<std::string> refusals(const ImportedLog& log) {
  std::vector<std::string> out;
  for (const auto& row : log.refused) {
    out.push_back(std::to_string(row.row) + " " + row.refusal.code + " " + row.refusal.field);
  }
  return out;
}

constexpr const char* kHeader =
    "item_id,kind,procedure,unit,owner,step,status,occurred_at,received_at,due_at,finished_at,"
    "due_basis,step_name,recorded_at,channel,case_owner\n";

TEST_F(Import, MapsARowOfTheCsvLayout) {
  const auto log =
      read({file("land.csv", std::string(kHeader) +
                                 "HS-1,dossier,P-1,land,an,s-1,complete,"
                                 "2026-11-02T08:00:00+07:00,"
                                 "2026-11-01T08:00:00+07:00,2026-12-01T08:00:00+07:00,"
                                 "2026-11-20T08:00:00+07:00,recorded,Thẩm định,,Post,binh\n")});
  ASSERT_EQ(log.events.size(), 1u);
  const Event event = decoded(log)[0];
  EXPECT_EQ(event.event_id, "HS-1-1");
  EXPECT_EQ(event.source, "land");
  EXPECT_EQ(event.sequence, 1u);
  EXPECT_EQ(event.kind, Kind::kDossier);
  EXPECT_EQ(event.status, WorkStatus::kInProgress);
  EXPECT_EQ(event.occurred_at, test::at("2026-11-02T01:00:00Z"));
  EXPECT_EQ(event.ingested_at, event.occurred_at);
  EXPECT_EQ(event.due_at, test::at("2026-12-01T01:00:00Z"));
  Step step;
  step.code = "s-1";
  step.name = "Thẩm định";
  EXPECT_EQ(event.step, step);
  Facts facts;
  facts.unit_id = "land";
  facts.assignee_id = "an";
  facts.procedure_code = "P-1";
  facts.received_at = test::at("2026-11-01T01:00:00Z");
  EXPECT_EQ(event.facts, facts);
}

TEST_F(Import, EmptyCellsAreAbsentFields) {
  const auto log =
      read({file("a.csv", std::string(kHeader) + "HS-1,,,,,,,2026-11-02T08:00:00Z,,,,,,,,\n")});
  const Event event = decoded(log).at(0);
  EXPECT_EQ(event.kind, Kind::kNone);
  EXPECT_FALSE(event.status);
  EXPECT_FALSE(event.step);
  EXPECT_FALSE(event.due_at);
  EXPECT_EQ(event.facts, Facts{});
}

TEST_F(Import, StatusAndKindFollowTheirWords) {
  std::string text = "item_id,kind,status,occurred_at\n";
  for (const auto* row : {"A,task,RECEIVED", "B,project,Open", "C,fine,complete",
                          "D,citizen_request,Closed", "E,petition,closed"}) {
    text += std::string(row) + ",2026-11-02T08:00:00Z\n";
  }
  const auto events = decoded(read({file("a.csv", text)}));
  ASSERT_EQ(events.size(), 5u);
  EXPECT_EQ(events[0].status, WorkStatus::kAccepted);
  EXPECT_EQ(events[1].status, WorkStatus::kInProgress);
  EXPECT_EQ(events[2].status, WorkStatus::kInProgress);
  EXPECT_EQ(events[3].status, WorkStatus::kCompleted);
  EXPECT_EQ(events[3].facts.completed_at, events[3].occurred_at);
  EXPECT_EQ(events[0].kind, Kind::kTask);
  EXPECT_EQ(events[1].kind, Kind::kProject);
  EXPECT_EQ(events[2].kind, Kind::kDossier);
  EXPECT_EQ(events[3].kind, Kind::kPetition);
  EXPECT_EQ(events[4].kind, Kind::kPetition);
}

TEST_F(Import, WorkBehindTheClosedRowCarriesItsStepAndNoStatus) {
  const auto log =
      read({file("a.csv",
                 "item_id,step,status,occurred_at\n"
                 "A,late,complete,2026-11-04T08:00:00Z\n"  // by occurred_at, not by place
                 "A,same-before,complete,2026-11-03T08:00:00Z\n"
                 "A,end,closed,2026-11-03T08:00:00Z\n"
                 "A,same-behind,open,2026-11-03T08:00:00Z\n"
                 "A,again,closed,2026-11-05T08:00:00Z\n"
                 "B,other,complete,2026-11-06T08:00:00Z\n")});
  std::vector<std::string> got;
  for (const auto& event : decoded(log)) {
    got.push_back(event.step->code + " " +
                  (event.status ? std::string(status_word(*event.status)) : "-"));
  }
  EXPECT_THAT(got, ElementsAre("same-before in_progress", "end completed", "same-behind -",
                               "late -", "again completed", "other in_progress"));
}

TEST_F(Import, AClosedRowThatIsRefusedClosesNothing) {
  const auto events = decoded(read({file("a.csv",
                                         "item_id,kind,status,occurred_at\n"
                                         "A,thing,closed,2026-11-01T08:00:00Z\n"
                                         "A,task,open,2026-11-02T08:00:00Z\n")}));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].status, WorkStatus::kInProgress);
  EXPECT_EQ(events[0].event_id, "A-2");
}

TEST_F(Import, TheLaterOfRecordedAndOccurredIsTheRecordsTime) {
  const auto events = decoded(read({file("a.csv",
                                         "item_id,occurred_at,recorded_at\n"
                                         "A,2026-11-02T08:00:00Z,2026-11-09T08:00:00Z\n"
                                         "B,2026-11-03T08:00:00Z,2026-11-01T08:00:00Z\n")}));
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].item_id, "B");
  EXPECT_EQ(events[0].ingested_at, test::at("2026-11-03T08:00:00Z"));
  EXPECT_EQ(events[1].ingested_at, test::at("2026-11-09T08:00:00Z"));
}

TEST_F(Import, RefusesRowsAndNamesLineAndColumn) {
  const auto log = read({file("a.csv",
                              "item_id,kind,status,occurred_at,due_at\r\n"
                              "A,thing,,2026-11-02T08:00:00Z,\r\n"
                              "A,,finished,2026-11-02T08:00:00Z,\r\n"
                              "A,,,yesterday,\r\n"
                              "A,,,2026-11-02T08:00:00Z,soon\r\n"
                              "A,,,,\r\n"
                              ",,,2026-11-02T08:00:00Z,\r\n"
                              "A,,,2026-11-02T08:00:00Z\r\n"
                              "A,,,2026-11-02T08:00:00Z,,\r\n"
                              "\"A,,,2026-11-02T08:00:00Z,\r\n"
                              "\xFF,,,2026-11-02T08:00:00Z,\r\n"
                              "A,,,1999-11-02T08:00:00Z,\r\n"
                              "A,,,2026-11-02T08:00:00Z,\r\n")});
  EXPECT_THAT(refusals(log),
              ElementsAre("2 unknown_word kind", "3 unknown_word status", "4 bad_time occurred_at",
                          "5 bad_time due_at", "6 missing occurred_at", "7 missing item_id",
                          "8 bad_row due_at", "9 bad_row due_at", "10 bad_row row",
                          "11 bad_utf8 event_id", "12 time_range occurred_at"));
  EXPECT_EQ(log.rows, 12u);
  ASSERT_EQ(log.events.size(), 1u);
  EXPECT_EQ(log.events[0].event_id, "A-7");  // every readable row of the item counts
  EXPECT_EQ(log.refused[0].bytes, "A,thing,,2026-11-02T08:00:00Z,");
}

TEST_F(Import, AHeaderThatDoesNotFitIsAnError) {
  EXPECT_THAT(error(file("a.csv", "")), HasSubstr("a.csv: no header line"));
  EXPECT_THAT(error(file("b.csv", "item_id,due_at\n")), HasSubstr("column occurred_at is missing"));
  EXPECT_THAT(error(file("c.csv", "item_id,occurred_at,due_att\n")),
              HasSubstr("no such column: 'due_att'"));
  EXPECT_THAT(error(file("d.csv", "item_id,occurred_at,item_id\n")),
              HasSubstr("item_id comes twice"));
  EXPECT_THAT(error(file("e.csv.gz", "\x1f\x8b\x08 broken")), HasSubstr("e.csv.gz: the gzip data"));
  EXPECT_THAT(error("/no/such.csv"), HasSubstr("/no/such.csv: no such file"));
}

TEST_F(Import, ReadsJsonLinesOfWorkEvents) {
  const auto log = read({file(
      "a.jsonl",
      "\n"
      R"({"event_id":"1","source":"s","itemId":"A","occurred_at":"2026-11-02T08:00:00Z","x":1})"
      "\r\n  \n"
      R"({"event_id":"2","source":"s","occurred_at":"2026-11-02T08:00:00Z"})"
      "\nnonsense\n")});
  ASSERT_EQ(log.events.size(), 1u);
  EXPECT_EQ(log.events[0].ingested_at, test::at("2026-11-02T08:00:00Z"));
  EXPECT_EQ(log.events[0].unknown_json_fields, 1u);
  EXPECT_THAT(refusals(log), ElementsAre("4 missing item_id", "5 not_json body"));
  EXPECT_EQ(log.rows, 3u);
}

TEST_F(Import, ReadsJsonLinesOfStampedEventsWithTheirOwnStamps) {
  const auto log = read({file(
      "a.log", R"({"event":{"event_id":"1","source":"s","item_id":"A","progress_percent":101,)"
               R"("occurred_at":"2026-11-02T08:00:00Z"},"ingested_at":"2026-11-05T08:00:00Z",)"
               R"("channel":"kafka:kip.work.v1","faults":["unknown_unit"],"principal":"p"})"
               "\n"
               R"({"ingestedAt":"2026-11-04T08:00:00Z","report":{"event_id":"2","source":"s",)"
               R"("as_of":"2026-11-02T08:00:00Z"}})"
               "\n"
               R"({"indicator":{"event_id":"3"},"ingested_at":"2026-11-04T08:00:00Z"})"
               "\n"
               R"({"event":{"event_id":"4"}})"
               "\n")});
  ASSERT_EQ(log.events.size(), 2u);
  EXPECT_EQ(log.events[0].what, Accepted::What::kReport);
  v1::StampedEvent kept;
  ASSERT_TRUE(kept.ParseFromString(log.events[1].bytes));
  EXPECT_EQ(kept.channel(), "kafka:kip.work.v1");
  EXPECT_EQ(kept.principal(), "p");
  EXPECT_EQ(instant_of(kept.ingested_at()), test::at("2026-11-05T08:00:00Z"));
  EXPECT_THAT(kept.faults(), ElementsAre("progress_over_100", "unknown_unit"));
  EXPECT_THAT(refusals(log), ElementsAre("3 missing source", "4 missing ingested_at"));
}

TEST_F(Import, FilesAreMergedByRecordTimeAndTiesStayInOrder) {
  const auto first =
      file("a.csv", "item_id,occurred_at\nA,2026-11-02T08:00:00Z\nB,2026-11-01T08:00:00Z\n");
  const auto second =
      file("b.csv", "item_id,occurred_at\nC,2026-11-02T08:00:00Z\nD,2026-11-01T08:00:00Z\n");
  std::vector<std::string> keys;
  for (const auto& event : read({first, second}).events) keys.push_back(event.key);
  EXPECT_THAT(keys, ElementsAre("B", "D", "A", "C"));
}

TEST_F(Import, ProgressEndsAtAllBytes) {
  const auto path = file("a.csv", "item_id,occurred_at\nA,2026-11-02T08:00:00Z\n");
  std::uint64_t done = 0;
  std::uint64_t all = 0;
  const auto log = read_logs({path, path}, Door({}), [&](std::uint64_t d, std::uint64_t a) {
    EXPECT_GE(d, done);
    done = d;
    all = a;
  });
  ASSERT_TRUE(log);
  EXPECT_EQ(done, all);
  EXPECT_EQ(all, 2 * std::filesystem::file_size(path));
}

TEST(SourceOfFile, IsTheNameWithoutFoldersAndEndings) {
  EXPECT_EQ(source_of_file("/logs/receipt_dev.csv.gz"), "receipt_dev");
  EXPECT_EQ(source_of_file("a.jsonl"), "a");
  EXPECT_EQ(source_of_file("b.v2.csv"), "b.v2");
  EXPECT_EQ(source_of_file("x/plain"), "plain");
}

}  // namespace
}  // namespace kip
