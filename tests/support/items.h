#pragma once
// Builders for tests of the fold and of the rules: what sources say of one item, told in the order
// of the test.
//
//   History h = dossier("HS-1").received("2026-11-02 08:00").due("2026-11-06 17:00");
//   h.at("2026-11-03 09:00").waiting(WaitingFor::kSupplement);
//   Folded f = h.fold();
//
// at() and received() begin the next event, everything else is said by the event begun last. Times
// are local (UTC+7): "2026-11-02 08:00", with ":30" or ":30.001" where it matters. Events are named
// e1, e2, ... of the source "src".

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/office.h"
#include "workitem/fold.h"

namespace kip::test {

inline const FoldRules& plain_rules() {
  static const Calendars kCalendars(plain_week());
  static const FoldRules kRules{.calendars = &kCalendars};
  return kRules;
}

class History {
 public:
  explicit History(std::string item_id, Kind kind = Kind::kNone)
      : item_id_(std::move(item_id)), kind_(kind) {}

  History& at(std::string_view local) { return at(vn(local)); }
  History& at(Instant when) {
    Event e;
    e.event_id = "e" + std::to_string(events_.size() + 1);
    e.source = "src";
    e.item_id = item_id_;
    e.kind = kind_;
    e.occurred_at = when;
    e.ingested_at = when;
    e.content = sha256(item_id_ + e.event_id);  // stands for the canonical bytes
    events_.push_back(std::move(e));
    return *this;
  }
  History& received(std::string_view local) {
    at(local).status(WorkStatus::kAccepted);
    facts().received_at = vn(local);
    return *this;
  }

  History& status(WorkStatus s) {
    return with([&](Event& e) { e.status = s; });
  }
  History& waiting(WaitingFor what) {
    return status(WorkStatus::kWaiting).with([&](Event& e) { e.waiting_for = what; });
  }
  History& due(std::string_view t) {
    return with([&](Event& e) { e.due_at = vn(t); });
  }
  History& unit(std::string id) { return fact(&Facts::unit_id, std::move(id)); }
  History& assignee(std::string id) { return fact(&Facts::assignee_id, std::move(id)); }
  History& title(std::string text) { return fact(&Facts::title, std::move(text)); }
  History& authority(std::string text) { return fact(&Facts::authority, std::move(text)); }
  History& expects(std::string text) { return fact(&Facts::expected_result, std::move(text)); }
  History& progress(std::uint32_t percent) { return fact(&Facts::progress_percent, percent); }
  History& submitted(std::string_view t) { return fact(&Facts::submitted_at, vn(t)); }
  History& completed(std::string_view t) { return fact(&Facts::completed_at, vn(t)); }
  History& returned(std::string_view t) { return fact(&Facts::returned_at, vn(t)); }
  History& procedure(std::string code) { return fact(&Facts::procedure_code, std::move(code)); }
  History& channel(Channel c) { return fact(&Facts::channel, c); }
  History& focus(bool yes = true) { return fact(&Facts::focus, yes); }
  // "" for no due time.
  History& step(std::string code, std::string_view due_at = "") {
    Step s;
    s.code = std::move(code);
    if (!due_at.empty()) s.due_at = vn(due_at);
    return with([&](Event& e) { e.step = s; });
  }
  History& step_at(std::string unit_id, std::string assignee_id = "") {
    return with([&](Event& e) {
      e.step->unit_id = std::move(unit_id);
      e.step->assignee_id = std::move(assignee_id);
    });
  }
  History& clear(std::vector<std::string> names) {
    return with([&](Event& e) { e.clear = std::move(names); });
  }
  History& voids(std::vector<std::string> ids) {
    return with([&](Event& e) { e.voids = std::move(ids); });
  }
  History& id(std::string event_id) {
    return with([&](Event& e) { e.event_id = std::move(event_id); });
  }
  History& kind(Kind k) {
    return with([&](Event& e) { e.kind = k; });
  }
  template <typename Change>
  History& with(Change change) {
    change(events_.back());
    return *this;
  }

  const std::vector<Event>& events() const { return events_; }
  Event& last() { return events_.back(); }
  Folded fold(const FoldRules& rules = plain_rules()) const {
    std::vector<Event> copy = events_;
    return kip::fold(copy, rules);
  }

 private:
  Facts& facts() { return events_.back().facts; }
  template <typename T>
  History& fact(std::optional<T> Facts::*field, T value) {
    facts().*field = std::move(value);
    return *this;
  }

  std::string item_id_;
  Kind kind_;
  std::vector<Event> events_;
};

inline History item(std::string id) { return History(std::move(id)); }
inline History task(std::string id) { return History(std::move(id), Kind::kTask); }
inline History dossier(std::string id) { return History(std::move(id), Kind::kDossier); }
inline History petition(std::string id) { return History(std::move(id), Kind::kPetition); }

inline bool has_fault(const Folded& f, std::string_view fault) {
  return std::find(f.faults.begin(), f.faults.end(), fault) != f.faults.end();
}

}  // namespace kip::test
