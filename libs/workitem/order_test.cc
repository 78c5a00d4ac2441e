// Which events count, in which order: order key, repeats, voids, reused ids, kind.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/items.h"
#include "workitem/fold.h"

namespace kip {
namespace {

using test::dossier;
using test::has_fault;
using test::History;
using test::item;
using test::kMs;
using test::plain_rules;
using test::task;
using test::vn;
using enum WorkStatus;

// The title of the event that comes last in the fold's order.
std::string last_title(const History& h) { return h.fold().facts.title.value_or(""); }

TEST(OrderKey, TheLaterInstantComesLastHoweverTheEventsArrive) {
  EXPECT_EQ(
      last_title(
          item("HS-1").at("2026-11-02 09:00").title("late").at("2026-11-02 08:00").title("early")),
      "late");
}

TEST(OrderKey, AtOneInstantTheSequenceDecides) {
  History h = item("HS-1");
  h.at("2026-11-02 08:00").title("two").last().sequence = 2;
  h.at("2026-11-02 08:00").title("none");
  h.at("2026-11-02 08:00").title("one").last().sequence = 1;
  EXPECT_EQ(last_title(h), "two");
}

TEST(OrderKey, AtOneInstantAndSequenceTheSourceDecidesThenTheEventId) {
  History h = item("HS-1");
  h.at("2026-11-02 08:00").title("source b").id("1").last().source = "b";
  h.at("2026-11-02 08:00").title("source a").id("9").last().source = "a";
  EXPECT_EQ(last_title(h), "source b");
  h = item("HS-1")
          .at("2026-11-02 08:00")
          .title("id 9")
          .id("9")
          .at("2026-11-02 08:00")
          .title("id 10")
          .id("10");
  EXPECT_EQ(last_title(h), "id 9");  // as bytes
}

TEST(OrderKey, IdsCompareAsBytesOfUtf8) {
  EXPECT_EQ(last_title(item("HS-1")
                           .at("2026-11-02 08:00")
                           .title("đ")
                           .id("đ")
                           .at("2026-11-02 08:00")
                           .title("z")
                           .id("z")),
            "đ");
}

TEST(OrderKey, OfOneIdAtOneInstantTheContentDecides) {
  History h = item("HS-1");
  h.at("2026-11-02 08:00").id("e").title("high").last().content = Sha256{0xff};
  h.at("2026-11-02 08:00").id("e").title("low").last().content = Sha256{0x01};
  EXPECT_EQ(last_title(h), "high");
}

TEST(Fold, ARepeatIsDroppedWhereverItStands) {
  History h = dossier("HS-1")
                  .received("2026-11-02 08:00")
                  .due("2026-11-06 17:00")
                  .at("2026-11-03 09:00")
                  .status(kInProgress);
  const Folded once = h.fold();
  std::vector<Event> twice = h.events();
  twice.insert(twice.end(), h.events().begin(), h.events().end());
  twice[2].ingested_at = vn("2026-11-09 08:00");  // it came again later
  EXPECT_EQ(fold(twice, plain_rules()), once);
  EXPECT_EQ(twice.size(), 2U);
  EXPECT_EQ(once.events, 2U);
}

TEST(Fold, OneIdWithTwoContentsKeepsBothAndIsAFault) {
  const Folded f = item("HS-1")
                       .at("2026-11-02 08:00")
                       .id("e")
                       .title("a")
                       .at("2026-11-02 09:00")
                       .id("e")
                       .assignee("b")
                       .fold();
  EXPECT_EQ(f.events, 2U);
  EXPECT_EQ(f.facts.title, "a");
  EXPECT_EQ(f.facts.assignee_id, "b");
  EXPECT_TRUE(has_fault(f, "event_id_reused"));
}

TEST(Fold, OneIdOfTwoSourcesIsNoFault) {
  History h = item("HS-1").at("2026-11-02 08:00").id("e").at("2026-11-02 09:00").id("e");
  h.last().source = "other";
  EXPECT_TRUE(h.fold().faults.empty());
}

TEST(Fold, TheFirstKindStaysAndAnotherIsAFault) {
  const Folded f = item("HS-1")
                       .at("2026-11-02 08:00")
                       .at("2026-11-02 09:00")
                       .kind(Kind::kPetition)
                       .at("2026-11-02 10:00")
                       .kind(Kind::kDossier)
                       .fold();
  EXPECT_EQ(f.kind, Kind::kPetition);
  EXPECT_EQ(f.faults, std::vector<std::string>{"kind_changed"});
}

TEST(Fold, AnEventWithoutAKindIsNoChangeOfKind) {
  const Folded f =
      task("NV-1").at("2026-11-02 08:00").at("2026-11-02 09:00").kind(Kind::kNone).fold();
  EXPECT_EQ(f.kind, Kind::kTask);
  EXPECT_TRUE(f.faults.empty());
}

TEST(Fold, FaultsOfTheDoorAreThoseOfTheItemSortedAndEachOnce) {
  History h = item("HS-1");
  h.at("2026-11-02 08:00").last().faults = {"unknown_unit", "progress_over_100"};
  h.at("2026-11-02 09:00").last().faults = {"unknown_unit"};
  EXPECT_EQ(h.fold().faults, (std::vector<std::string>{"progress_over_100", "unknown_unit"}));
}

TEST(Fold, FirstAndGreatestInstantAreThoseOfTheKeptEvents) {
  const Folded f = item("HS-1")
                       .at("2026-11-02 08:00")
                       .at("2026-11-02 09:00")
                       .at("2026-11-02 10:00")
                       .at("2026-11-02 11:00")
                       .voids({"e1", "e4"})
                       .fold();
  EXPECT_EQ(f.first_event_at, vn("2026-11-02 09:00"));
  EXPECT_EQ(f.last_event_at, vn("2026-11-02 10:00"));
  EXPECT_EQ(f.events, 2U);
}

TEST(Voids, RemoveAnEarlierEventAsIfItHadNeverCome) {
  const Folded with = dossier("HS-1")
                          .received("2026-11-02 08:00")
                          .due("2026-11-06 17:00")
                          .at("2026-11-03 08:00")
                          .status(kCompleted)
                          .at("2026-11-04 08:00")
                          .voids({"e2"})
                          .fold();
  EXPECT_EQ(with.status, kAccepted);
  EXPECT_EQ(with.reopened_at, std::nullopt);
  EXPECT_TRUE(exists(with));
}

TEST(Voids, RemoveALaterEventToo) {
  const Folded f =
      item("HS-1").at("2026-11-02 08:00").voids({"e2"}).at("2026-11-03 08:00").title("x").fold();
  EXPECT_EQ(f.facts.title, std::nullopt);
  EXPECT_EQ(f.events, 1U);
}

TEST(Voids, RemoveAllContentsOfAnId) {
  const Folded f = item("HS-1")
                       .at("2026-11-02 08:00")
                       .id("e")
                       .title("a")
                       .at("2026-11-03 08:00")
                       .id("e")
                       .title("b")
                       .at("2026-11-04 08:00")
                       .voids({"e"})
                       .fold();
  EXPECT_EQ(f.facts.title, std::nullopt);
  EXPECT_TRUE(f.faults.empty());  // faults are counted on what remains
}

TEST(Voids, OfAVoidedEventCountToo) {
  const Folded f = item("HS-1")
                       .at("2026-11-02 08:00")
                       .title("a")
                       .at("2026-11-03 08:00")
                       .voids({"e1"})
                       .at("2026-11-04 08:00")
                       .voids({"e2"})
                       .fold();
  EXPECT_EQ(f.facts.title, std::nullopt);
  EXPECT_EQ(f.events, 1U);
}

TEST(Voids, AnEventMayVoidItself) {
  const Folded f = item("HS-1")
                       .at("2026-11-02 08:00")
                       .title("a")
                       .at("2026-11-03 08:00")
                       .title("b")
                       .voids({"e2"})
                       .fold();
  EXPECT_EQ(f.facts.title, "a");
  EXPECT_EQ(f.events, 1U);
}

TEST(Voids, TwoEventsThatVoidEachOtherLeaveNothing) {
  const Folded f =
      item("HS-1").at("2026-11-02 08:00").voids({"e2"}).at("2026-11-03 08:00").voids({"e1"}).fold();
  EXPECT_EQ(f.events, 0U);
  EXPECT_FALSE(exists(f));
  EXPECT_EQ(start_of(f), std::nullopt);
}

TEST(Voids, ReachOnlyTheOwnSource) {
  History h = item("HS-1").at("2026-11-02 08:00").title("a").at("2026-11-03 08:00").voids({"e1"});
  h.last().source = "other";
  EXPECT_EQ(h.fold().facts.title, "a");
}

TEST(Voids, OfAnIdThatTheItemDoesNotHaveHaveNoEffect) {
  EXPECT_EQ(item("HS-1").at("2026-11-02 08:00").title("a").voids({"e77"}).fold().facts.title, "a");
}

TEST(Voids, AStampedFaultOfAVoidedEventGoesWithIt) {
  History h = item("HS-1");
  h.at("2026-11-02 08:00").last().faults = {"unknown_unit"};
  h.at("2026-11-03 08:00").voids({"e1"});
  EXPECT_TRUE(h.fold().faults.empty());
}

TEST(KeptEvents, AreThoseThatVoidsLeaveInOrder) {
  History h = item("HS-1")
                  .at("2026-11-04 08:00")
                  .voids({"e2"})
                  .at("2026-11-03 08:00")
                  .at("2026-11-02 08:00");
  std::vector<Event> history = h.events();
  fold(history, plain_rules());
  const auto kept = kept_events(history);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0]->event_id, "e3");
  EXPECT_EQ(kept[1]->event_id, "e1");
}

TEST(Place, TheFirstEventIsAppendedUnlessItVoids) {
  EXPECT_EQ(place(Folded{}, item("HS-1").at("2026-11-02 08:00").last()), Placement::kAppend);
  EXPECT_EQ(place(Folded{}, item("HS-1").at("2026-11-02 08:00").voids({"x"}).last()),
            Placement::kRefold);
}

TEST(Place, AboveTheFrontierAnEventIsAppendedBelowItTheItemIsFoldedAnew) {
  const Folded f = item("HS-1").at("2026-11-02 08:00").at("2026-11-03 08:00").fold();
  EXPECT_EQ(place(f, item("HS-1").at("2026-11-03 08:00").id("e9").last()), Placement::kAppend);
  EXPECT_EQ(place(f, item("HS-1").at("2026-11-03 08:00").id("e0").last()), Placement::kRefold);
  EXPECT_EQ(place(f, item("HS-1").at(vn("2026-11-03 08:00") - kMs).id("e9").last()),
            Placement::kRefold);
}

TEST(Place, TheNewestEventAgainIsARepeat) {
  History h = item("HS-1").at("2026-11-02 08:00").at("2026-11-03 08:00");
  EXPECT_EQ(place(h.fold(), h.last()), Placement::kRepeat);
  EXPECT_EQ(place(h.fold(), h.events()[0]), Placement::kRefold);
}

TEST(Place, AnIdMetBeforeOrNamedByAVoidIsFoldedAnew) {
  const Folded f = item("HS-1").at("2026-11-02 08:00").at("2026-11-03 08:00").voids({"e7"}).fold();
  EXPECT_EQ(place(f, item("HS-1").at("2026-11-04 08:00").id("e1").last()), Placement::kRefold);
  EXPECT_EQ(place(f, item("HS-1").at("2026-11-04 08:00").id("e7").last()), Placement::kRefold);
  EXPECT_EQ(place(f, item("HS-1").at("2026-11-04 08:00").id("e8").last()), Placement::kAppend);
}

TEST(Place, AnItemOfWhichNothingIsLeftStillKnowsItsIds) {
  const Folded f = item("HS-1").at("2026-11-02 08:00").voids({"e1"}).fold();
  EXPECT_EQ(f.events, 0U);
  EXPECT_EQ(place(f, item("HS-1").at("2026-11-04 08:00").id("e1").last()), Placement::kRefold);
  EXPECT_EQ(place(f, item("HS-1").at("2026-11-04 08:00").id("e2").last()), Placement::kAppend);
}

}  // namespace
}  // namespace kip
