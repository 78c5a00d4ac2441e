// Time never runs back, whatever clock the process is given (SEMANTICS 6).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "app/test_service.h"

namespace kip {
namespace {

using test::shipped_policy;
using test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;

struct Process {
  Process(const std::string& data, const std::string& clock) {
    EngineOptions options = test::standing_clock(data);
    options.clock = *parse_clock(clock);
    options.on_warning = [this](const std::string& what) {
      const std::scoped_lock lock(mutex);
      warnings.push_back(what);
    };
    engine = std::move(*Engine::open(std::move(options), shipped_policy()));
    EXPECT_TRUE(engine->start());
  }
  ~Process() { engine->stop(); }
  void take(const std::string& time) {
    const auto event = test::cloud_event("e-" + time, "NV-1", time, {{"title", "Báo cáo"}});
    Submission message;
    message.body = boost::json::serialize(event);
    message.headers = {{"content-type", "application/cloudevents+json"}};
    engine->accept(std::move(message), [this](const Outcome& outcome) {
      const std::scoped_lock lock(mutex);
      outcomes.push_back(outcome);
    });
    EXPECT_TRUE(engine->drain({}));
  }

  std::mutex mutex;  // warnings, outcomes
  std::vector<std::string> warnings;
  std::vector<Outcome> outcomes;
  std::unique_ptr<Engine> engine;
};

TEST(Clock, BehindTheDataStandsStillAndIsReportedOnce) {
  const TempDir dir;
  {
    Process first(dir.path(), "at:2026-11-23T02:42:00Z");
    first.take("2026-11-23T02:00:00Z");
    EXPECT_THAT(first.warnings, ElementsAre());
    EXPECT_EQ(first.engine->clock_lag(), Millis{});
  }
  Process second(dir.path(), "at:2026-10-01T02:36:00Z");
  const Instant then = *parse_rfc3339("2026-11-23T02:42:00Z");
  EXPECT_EQ(second.engine->now(), then);
  EXPECT_GT(second.engine->clock_lag(), std::chrono::days{50});
  // By the clock alone this would lie ahead by weeks.
  second.take("2026-11-23T02:10:00Z");
  ASSERT_EQ(second.outcomes.size(), 1U);
  ASSERT_TRUE(second.outcomes[0].accepted) << second.outcomes[0].refusal->reason;
  EXPECT_EQ(second.outcomes[0].accepted->ingested_at, then);
  second.take("2026-11-23T02:20:00Z");
  EXPECT_THAT(second.warnings, ElementsAre(HasSubstr("behind the data")));
}

TEST(Clock, AFewSecondsBehindAreNoNews) {
  const TempDir dir;
  { Process(dir.path(), "at:2026-11-23T02:42:00Z").take("2026-11-23T02:00:00Z"); }
  Process second(dir.path(), "at:2026-11-23T02:41:30Z");
  second.take("2026-11-23T02:10:00Z");
  EXPECT_THAT(second.warnings, ElementsAre());
}

TEST(Clock, AFastOneGoesOnWhereTheDataIs) {
  const TempDir dir;
  { Process(dir.path(), "at:2100-11-23T02:42:00Z").take("2026-11-23T02:00:00Z"); }
  const Process second(dir.path(), "x60");
  EXPECT_GE(second.engine->now(), *parse_rfc3339("2100-11-23T02:42:00Z"));
  EXPECT_EQ(second.engine->clock_lag(), Millis{});
}

}  // namespace
}  // namespace kip
