#pragma once
// Desks that pass notes to each other, and the time that goes over them; what they say is kept.

#include <map>
#include <string>
#include <vector>

#include "alerting/test_office.h"

namespace kip::test {

class Desks {
 public:
  explicit Desks(TestOffice office, Instant now) : now_(now), office_(std::move(office)) {}

  AlertFacts facts(const std::string& id, AlertLevel level, const std::string& unit) const {
    AlertFacts f;
    f.alert_id = id;
    f.revision = 1;
    f.rule = level == AlertLevel::kCritical ? "overdue" : "due_soon";
    f.subject = "HS-" + id.substr(0, id.find('/'));
    f.level = level;
    f.onset = f.changed_at = now_;
    f.unit_id = unit;
    f.kind = Kind::kDossier;
    return f;
  }
  void raise(const AlertFacts& facts) { take(facts, AlertChangeKind::kRaised); }
  void resolve(AlertFacts facts) {
    ++facts.revision;
    take(facts, AlertChangeKind::kResolved);
  }
  void take(const AlertFacts& facts, AlertChangeKind change) {
    take_alert(desk(facts.unit_id), {facts, change}, now_, office_.office(), effects_);
    pump();
  }
  Answer answer(const std::string& id, const std::string& person, Disposition what) const {
    Answer a;
    a.id = id;
    a.person = person;
    a.what = what;
    a.at = now_;
    return a;
  }
  void answer(const std::string& unit, const Answer& answer, const std::vector<std::string>& ids) {
    take_answer(desk(unit), {answer, ids}, now_, office_.office(), effects_);
    pump();
  }
  // These sources are silent since then; the others are heard.
  void silent(Silences silences) {
    office_.silences = std::move(silences);
    pump();
  }
  void use(TestOffice office) {
    office_ = std::move(office);
    pump();
  }
  // Time passes; each desk looks when it wanted to.
  void until(Instant end) {
    for (;;) {
      Instant next = kFarFuture;
      for (const auto& [unit, at] : looks_) next = std::min(next, at);
      if (next > end) break;
      now_ = std::max(now_, next);
      pump();
    }
    now_ = std::max(now_, end);
  }
  Desk& desk(const std::string& unit) {
    Desk& desk = desks_[unit];
    desk.unit = unit;
    return desk;
  }
  const DeskAlert* alert(const std::string& unit, const std::string& id) {
    const auto found = desk(unit).alerts.find(id);
    return found == desk(unit).alerts.end() ? nullptr : &found->second;
  }
  Instant now() const { return now_; }

  // "T2 23/11/2026, 09:42 tp-xd: first HS-1, reminder HS-2": what was told since the last call.
  std::vector<std::string> told() {
    std::vector<std::string> out;
    for (const Message& m : sent) {
      if (m.kind != MessageKind::kAlerts) continue;
      std::string line = format_local(m.at) + " " + m.person + ":";
      for (const MessageEntry& e : m.entries) {
        line += e.why == m.entries.front().why && &e != &m.entries.front() ? " " : "";
        line += " ";
        line += why_word(e.why);
        line += " " + e.alert.alert_id;
      }
      out.push_back(line);
    }
    sent.clear();
    return out;
  }
  std::vector<Message> sent, lists;
  std::vector<Decision> decisions;

 private:
  void pump() {
    bool again = true;
    while (again) {
      again = false;
      for (auto& [unit, desk] : desks_)
        looks_[unit] = settle_desk(desk, now_, office_.office(), effects_);
      for (const DeskNote& note : std::exchange(effects_.notes, {})) {
        take_note(desk(note.to), note, now_, effects_);
        again = true;
      }
    }
    for (Message& m : std::exchange(effects_.messages, {}))
      (m.kind == MessageKind::kDigest ? lists : sent).push_back(std::move(m));
    for (Decision& d : std::exchange(effects_.decisions, {})) decisions.push_back(std::move(d));
  }

  Instant now_;
  TestOffice office_;
  std::map<std::string, kip::Desk> desks_;
  std::map<std::string, Instant> looks_;
  DeskEffects effects_;
};

}  // namespace kip::test
