// Whose hours: each working hour of an item has one holder, and the parts add up.

#include "rules/hours.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "support/items.h"

namespace kip {
namespace {

using test::dossier;
using test::History;
using test::plain_week;
using test::task;
using test::vn;
using enum WorkStatus;

Hours hours_at(const History& history, std::string_view now) {
  const auto policy = plain_policy(plain_week());
  std::vector<Event> events = history.events();
  fold(events, policy->fold);
  return hours_of(events, *policy, vn(now));
}

// "unit:a 60, citizen 30": minutes in the order of first holding.
std::string text_of(const Hours& hours) {
  std::string out;
  for (const HolderTime& h : hours.holders) {
    out += (out.empty() ? "" : ", ") + std::string(holder_word(h.kind));
    if (h.kind == HolderKind::kUnit) out += ":" + h.unit;
    out += " " + std::to_string(work_minutes(h.time));
  }
  return out;
}

TEST(Hours, GoToTheItemsUnitWhereNoStepHoldsIt) {
  const History h = dossier("HS-1").received("2026-11-02 08:00").unit("a");
  EXPECT_EQ(text_of(hours_at(h, "2026-11-02 10:00")), "unit:a 120");
}

TEST(Hours, GoToTheStepsUnitWhileItsStepLasts) {
  History h = dossier("HS-1").received("2026-11-02 08:00").unit("a");
  h.at("2026-11-02 09:00").step("1").step_at("b");
  h.at("2026-11-02 10:30").step("2").step_at("a");
  EXPECT_EQ(text_of(hours_at(h, "2026-11-02 11:00")), "unit:a 90, unit:b 90");
}

TEST(Hours, GoToTheCitizenWhileASupplementOrAPaymentIsAwaited) {
  History h = dossier("HS-1").received("2026-11-02 08:00").unit("a");
  h.at("2026-11-02 09:00").waiting(WaitingFor::kSupplement);
  h.at("2026-11-02 10:00").status(kInProgress);
  h.at("2026-11-02 10:30").waiting(WaitingFor::kPayment);
  EXPECT_EQ(text_of(hours_at(h, "2026-11-02 11:00")), "unit:a 90, citizen 90");
}

TEST(Hours, GoToTheAgencyWhileItIsAwaited) {
  History h = dossier("HS-1").received("2026-11-02 08:00").unit("a");
  h.at("2026-11-02 09:00").waiting(WaitingFor::kAgency);
  EXPECT_EQ(text_of(hours_at(h, "2026-11-02 11:00")), "unit:a 60, agency 120");
}

TEST(Hours, StayWithTheUnitWhereAWaitNamesNobody) {
  History h = dossier("HS-1").received("2026-11-02 08:00").unit("a");
  h.at("2026-11-02 09:00").status(kWaiting);
  EXPECT_EQ(text_of(hours_at(h, "2026-11-02 11:00")), "unit:a 180");
}

TEST(Hours, GoToTheAssignerWhileSubmittedOrSuspended) {
  History h = task("NV-1").at("2026-11-02 08:00").status(kInProgress).unit("a");
  h.at("2026-11-02 09:00").status(kSubmitted);
  h.at("2026-11-02 10:00").status(kInProgress);
  h.at("2026-11-02 11:00").status(kSuspended);
  EXPECT_EQ(text_of(hours_at(h, "2026-11-02 14:00")), "unit:a 120, assigner 150");
}

TEST(Hours, BeginAtTheStartAlsoWhereTheFirstEventCameLater) {
  const History h = dossier("HS-1").at("2026-11-02 10:00").unit("a").with([](Event& e) {
    e.facts.received_at = vn("2026-11-02 08:00");
  });
  EXPECT_EQ(text_of(hours_at(h, "2026-11-02 11:00")), "unit:a 180");
}

TEST(Hours, EndWithTheItem) {
  History h = dossier("HS-1").received("2026-11-02 08:00").unit("a");
  h.at("2026-11-02 10:00").status(kCompleted).completed("2026-11-02 09:30");
  EXPECT_EQ(text_of(hours_at(h, "2026-11-20 11:00")), "unit:a 90");
}

TEST(Hours, CountNoNightAndNoWeekend) {
  const History h = dossier("HS-1").received("2026-11-06 16:00").unit("a");
  EXPECT_EQ(text_of(hours_at(h, "2026-11-09 08:30")), "unit:a 120");
}

TEST(Hours, ForgetWhatWasVoided) {
  History h = dossier("HS-1").received("2026-11-02 08:00").unit("a");
  h.at("2026-11-02 09:00").waiting(WaitingFor::kSupplement);
  h.at("2026-11-02 10:00").voids({"e2"});
  EXPECT_EQ(text_of(hours_at(h, "2026-11-02 11:00")), "unit:a 180");
}

TEST(Hours, AreNoneBeforeTheStartAndOfNothing) {
  const History h = dossier("HS-1").received("2026-11-02 08:00").unit("a");
  EXPECT_EQ(text_of(hours_at(h, "2026-11-02 07:00")), "");
  EXPECT_EQ(hours_at(h, "2026-11-02 07:00").sum, WorkTime{});
  EXPECT_EQ(text_of(hours_at(dossier("HS-2"), "2026-11-02 07:00")), "");
}

TEST(Hours, AddUpToTheWorkingTimeFromStartToNowOrEnd) {
  const auto policy = plain_policy(plain_week());
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);  // the same history for the same seed
    const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
    History h = dossier("HS-1");
    Instant at = vn("2026-11-02 06:00");
    for (unsigned n = 1 + below(12); n > 0; --n) {
      at += Millis{60'000 * static_cast<std::int64_t>(below(2'000))};
      h.at(at).status(static_cast<WorkStatus>(1 + below(12)));
      if (below(3) == 0)
        h.with([&](Event& e) { e.waiting_for = static_cast<WaitingFor>(below(4)); });
      if (below(3) == 0) h.unit(std::string(1, static_cast<char>('a' + below(3))));
      if (below(4) == 0) h.step("s").step_at(std::string(1, static_cast<char>('a' + below(3))));
      if (below(6) == 0) h.with([&](Event& e) { e.facts.received_at = at - Millis{3'600'000}; });
    }
    std::vector<Event> events = h.events();
    const Folded f = fold(events, policy->fold);
    const Instant now = at + Millis{60'000 * static_cast<std::int64_t>(below(3'000))};
    const Hours hours = hours_of(events, *policy, now);
    const Instant end = end_of(f).value_or(now);
    const WorkTime whole = plain_week().between(*start_of(f), std::max(end, *start_of(f)));
    WorkTime sum;
    for (const HolderTime& part : hours.holders) sum = sum + part.time;
    EXPECT_EQ(hours.sum, whole) << "seed " << seed;
    EXPECT_EQ(sum, whole) << "seed " << seed;
  }
}

}  // namespace
}  // namespace kip
