// What is wrong with a directory as a whole.

#include <algorithm>
#include <map>
#include <set>

#include "directory/draft.h"

namespace kip {
namespace {

// A table or a file larger than this is no ward's; it bounds the work of the checks below.
constexpr std::size_t kPeopleMax = 5'000;
constexpr std::size_t kSubstitutesMax = 500;
constexpr std::size_t kLeadersMax = 500;

class Judge {
 public:
  Judge(const Draft& draft, const Registry& registry, bool any_field)
      : draft_(draft), registry_(registry), any_field_(any_field) {
    for (const DraftPerson& person : draft.people) people_.emplace(person.is.id, &person);
    for (const DraftHolder& head : draft.heads) heads_.emplace(head.unit, head.person);
  }

  void posts() const;
  void substitutes() const;
  void leaders() const;
  void reach() const;
  DirectoryContent content() const;
  // Of what could be read without a mistake so far.
  bool sound() const;
  void party(const Directory& directory) const;
  void duty_office(const Directory& directory) const;
  void circle_of_superiors(const Directory& directory) const;

 private:
  void say(const Wrong& wrong, const std::string& key, const std::string& message) const {
    sound_ = false;
    wrong(key, message);
  }
  bool known(const std::string& id) const { return people_.contains(id); }
  void person_known(const Wrong& wrong, const std::string& key, const std::string& id) const;
  bool holds_post(const std::string& unit, const std::string& id) const;
  std::string instead_of(const DraftSubstitute& row) const;
  void not_twice(const DraftSubstitute& row, const std::string& whom,
                 std::vector<const DraftSubstitute*>& earlier) const;
  void circle_of_substitutes() const;
  const DraftLeader* leader_of(const Recipient& up, const std::string& unit,
                               const std::string& field) const;
  void reachable(const Wrong& wrong, const std::string& key, const std::string& id,
                 const std::string& as) const;

  const Draft& draft_;
  const Registry& registry_;
  const bool any_field_;
  mutable bool sound_ = true;
  std::map<std::string, const DraftPerson*> people_;
  std::map<std::string, std::string> heads_;
};

void Judge::person_known(const Wrong& wrong, const std::string& key, const std::string& id) const {
  if (id.empty() || !draft_.people_whole || known(id)) return;
  std::vector<std::string> ids;
  for (const auto& [other, person] : people_) ids.push_back(other);
  say(wrong, key, "'" + id + "' is nobody of people" + nearest_hint(id, ids));
}

bool Judge::holds_post(const std::string& unit, const std::string& id) const {
  const auto here = [&](const DraftHolder& h) { return h.unit == unit && h.person == id; };
  return std::any_of(draft_.heads.begin(), draft_.heads.end(), here) ||
         std::any_of(draft_.deputies.begin(), draft_.deputies.end(), here);
}

std::string Judge::instead_of(const DraftSubstitute& row) const {
  if (!row.is.instead_of.empty()) return row.is.instead_of;
  const auto head = heads_.find(row.unit);
  return head == heads_.end() ? "" : head->second;
}

void Judge::posts() const {
  std::set<std::string> headed;
  for (const DraftHolder& head : draft_.heads) {
    person_known(head.wrong, head.key, head.person);
    if (!headed.insert(head.unit).second) {
      say(head.wrong, head.key, "'" + head.unit + "' has a head already");
    }
  }
  std::set<std::pair<std::string, std::string>> met;
  for (const DraftHolder& deputy : draft_.deputies) {
    person_known(deputy.wrong, deputy.key, deputy.person);
    const auto head = heads_.find(deputy.unit);
    if (head != heads_.end() && head->second == deputy.person) {
      say(deputy.wrong, deputy.key, "'" + deputy.person + "' is the head");
    } else if (!met.emplace(deputy.unit, deputy.person).second) {
      say(deputy.wrong, deputy.key, "'" + deputy.person + "' stands twice");
    }
  }
}

// Of two substitutes for one person in one unit the same day nobody knows who it is.
void Judge::not_twice(const DraftSubstitute& row, const std::string& whom,
                      std::vector<const DraftSubstitute*>& earlier) const {
  for (const DraftSubstitute* other : earlier) {
    if (other->unit != row.unit || instead_of(*other) != whom) continue;
    const LocalDay from = std::max(row.is.from, other->is.from);
    if (from > std::min(row.is.until, other->is.until)) continue;
    say(row.wrong, "from",
        "on " + day_text(from) + " '" + other->is.person + "' stands in for '" + whom +
            "' already");
    return;
  }
  earlier.push_back(&row);
}

void Judge::substitutes() const {
  std::vector<const DraftSubstitute*> earlier;
  for (const DraftSubstitute& row : draft_.substitutes) {
    person_known(row.wrong, "person", row.is.person);
    person_known(row.wrong, "for", row.is.instead_of);
    const std::string whom = instead_of(row);
    const bool leads = std::any_of(draft_.leaders.begin(), draft_.leaders.end(),
                                   [&](const DraftLeader& l) { return l.is.person == whom; });
    if (whom.empty()) {
      say(row.wrong, "for", "missing: '" + row.unit + "' has no head to stand in for");
    } else if (known(whom) && !holds_post(row.unit, whom) && !leads) {
      say(row.wrong, "for", "'" + whom + "' is neither head nor deputy of '" + row.unit + "'");
    }
    if (!whom.empty() && whom == row.is.person) {
      say(row.wrong, "person", "'" + whom + "' cannot stand in for himself");
    } else if (row.is.until < row.is.from) {
      say(row.wrong, "until",
          "lies before from; it is the last day, and the first may be the last");
    } else if (!whom.empty()) {
      not_twice(row, whom, earlier);
    }
  }
  circle_of_substitutes();
}

// From substitute to substitute one day must end with somebody who is there. A circle of a day
// begins on the first day of one of its rows.
void Judge::circle_of_substitutes() const {
  std::map<std::string, std::vector<const DraftSubstitute*>> by_whom;
  for (const DraftSubstitute& row : draft_.substitutes) by_whom[instead_of(row)].push_back(&row);
  std::set<const DraftSubstitute*> told;
  for (const DraftSubstitute& first : draft_.substitutes) {
    const std::string whom = instead_of(first);
    const LocalDay day = first.is.from;
    if (whom == first.is.person || told.contains(&first)) continue;
    std::set<const DraftSubstitute*> met;
    std::vector<const DraftSubstitute*> next = {&first};
    while (!next.empty()) {
      const DraftSubstitute* at = next.back();
      next.pop_back();
      for (const DraftSubstitute* row : by_whom[at->is.person]) {
        if (day < row->is.from || day > row->is.until) continue;
        if (met.insert(row).second) next.push_back(row);
      }
    }
    if (!met.contains(&first)) continue;
    say(first.wrong, "person",
        "on " + day_text(day) + " '" + first.is.person +
            "' is away too, and who stands in for him leads back to '" + whom + "'");
    told.insert(met.begin(), met.end());
  }
}

void Judge::leaders() const {
  std::set<std::pair<Charge, std::string>> met;
  const std::vector<std::string> fields = registry_.fields();
  const bool judge_fields = !any_field_ && registry_.procedures_whole;
  for (const DraftLeader& leader : draft_.leaders) {
    person_known(leader.wrong, leader.person_key, leader.is.person);
    const std::string& of = leader.is.of;
    if (!met.emplace(leader.is.by, of).second) {
      say(leader.wrong, leader.of_key, of.empty() ? "stands twice" : "'" + of + "' stands twice");
    }
    if (leader.is.by == Charge::kField && judge_fields &&
        std::find(fields.begin(), fields.end(), of) == fields.end()) {
      say(leader.wrong, leader.of_key,
          "'" + of + "' is no field of procedures.yaml" + nearest_hint(of, fields));
    }
    const auto person = people_.find(leader.is.person);
    if (leader.is.by == Charge::kUnit && person != people_.end() &&
        (person->second->is.unit == of || holds_post(of, leader.is.person))) {
      say(leader.wrong, leader.of_key,
          "'" + leader.is.person + "' belongs to '" + of + "' and is not above it");
    }
  }
}

void Judge::reachable(const Wrong& wrong, const std::string& key, const std::string& id,
                      const std::string& as) const {
  const auto found = people_.find(id);
  if (found == people_.end() || !found->second->sound) return;
  if (found->second->is.channels.empty()) {
    say(wrong, key,
        "'" + id + "' is " + as + " and has no channel: an email, a phone or a zalo id");
  }
}

void Judge::reach() const {
  for (const DraftHolder& head : draft_.heads) {
    reachable(head.wrong, head.key, head.person, "the head");
  }
  for (const DraftHolder& deputy : draft_.deputies) {
    if (heads_.contains(deputy.unit)) continue;
    reachable(deputy.wrong, deputy.key, deputy.person, "the deputy where there is no head");
  }
  for (const DraftSubstitute& row : draft_.substitutes) {
    reachable(row.wrong, "person", row.is.person, "a substitute");
  }
  for (const DraftLeader& leader : draft_.leaders) {
    reachable(leader.wrong, leader.person_key, leader.is.person, "a superior");
  }
}

DirectoryContent Judge::content() const {
  DirectoryContent out;
  for (const DraftPerson& person : draft_.people) out.people.push_back(person.is);
  std::map<std::string, std::size_t> at;
  const auto post = [&](const std::string& unit) -> Post& {
    const auto [found, fresh] = at.emplace(unit, out.posts.size());
    if (fresh) out.posts.push_back({.unit = unit, .head = {}, .deputies = {}, .substitutes = {}});
    return out.posts[found->second];
  };
  for (const Unit& unit : registry_.units) {
    const auto of_it = [&](const auto& row) { return row.unit == unit.id; };
    const auto any = [&](const auto& rows) { return std::any_of(rows.begin(), rows.end(), of_it); };
    if (any(draft_.heads) || any(draft_.deputies) || any(draft_.substitutes)) post(unit.id);
  }
  for (const DraftHolder& head : draft_.heads) post(head.unit).head = head.person;
  for (const DraftHolder& deputy : draft_.deputies) {
    post(deputy.unit).deputies.push_back(deputy.person);
  }
  for (const DraftSubstitute& row : draft_.substitutes) {
    Substitute substitute = row.is;
    substitute.instead_of = instead_of(row);
    post(row.unit).substitutes.push_back(std::move(substitute));
  }
  for (const DraftLeader& leader : draft_.leaders) out.leaders.push_back(leader.is);
  return out;
}

bool Judge::sound() const {
  return sound_ && draft_.people_whole && registry_.units_whole &&
         std::all_of(draft_.people.begin(), draft_.people.end(),
                     [](const DraftPerson& person) { return person.sound; });
}

// Party bodies are led by the Party (Điều lệ Đảng): no chairman of a People's Committee is told
// what a Party body has left undone, unless he has a post in the Party as well.
void Judge::party(const Directory& directory) const {
  for (const DraftLeader& leader : draft_.leaders) {
    const Person* person = directory.person(leader.is.person);
    const Unit* unit = registry_.unit(leader.is.of);
    const bool of_unit = leader.is.by == Charge::kUnit && unit && directory.party_unit(unit->id);
    if (!person || directory.of_party(*person) || !(of_unit || leader.is.by == Charge::kParty)) {
      continue;
    }
    say(leader.wrong, leader.person_key,
        "'" + person->id + "' has no post in the Party; " +
            (of_unit ? "'" + unit->id + "' goes" : "Party bodies go") +
            " up to the Party's leaders alone");
  }
}

void Judge::duty_office(const Directory& directory) const {
  const std::string& unit = registry_.ward.duty_unit;
  if (!registry_.unit(unit) || directory.recipient(kUnassigned, Instant{}).person) return;
  say(draft_.wrong, "units",
      "'" + unit +
          "', the duty_unit of kip.yaml, has neither head nor deputy: what belongs to no "
          "unit would reach nobody");
}

const DraftLeader* Judge::leader_of(const Recipient& up, const std::string& unit,
                                    const std::string& field) const {
  for (const DraftLeader& row : draft_.leaders) {
    if (row.is.person != up.person->id || row.is.by != up.by) continue;
    if (up.by == Charge::kUnit && row.is.of != unit) continue;
    if (up.by == Charge::kField && row.is.of != field) continue;
    return &row;
  }
  return nullptr;
}

// Step by step one must come to somebody above whom nobody is.
void Judge::circle_of_superiors(const Directory& directory) const {
  // Before every day that a file can name: nobody stands in for anybody.
  const Instant never = day_start(LocalDay{std::chrono::year{0} / 1 / 1});
  std::set<std::string> fields = {""};
  for (const DraftLeader& leader : draft_.leaders) {
    if (leader.is.by == Charge::kField) fields.insert(leader.is.of);
  }
  std::set<std::set<std::string>> told;
  for (const Unit& unit : registry_.units) {
    for (const std::string& field : fields) {
      std::vector<std::string> way;
      const DraftLeader* last = nullptr;  // that led one step up, not to the head of a unit
      std::string from = unit.id;
      Recipient up = directory.superior(unit.id, field, never);
      while (up.person) {
        if (up.by != Charge::kNone) last = leader_of(up, from, field);
        if (std::find(way.begin(), way.end(), up.person->id) != way.end()) break;
        way.push_back(up.person->id);
        from = up.person->unit;
        up = directory.superior_of(*up.person, field, never);
      }
      if (!up.person || !last) continue;
      const auto again = std::find(way.begin(), way.end(), up.person->id);
      if (!told.emplace(again, way.end()).second) continue;
      std::string text;
      for (auto at = again; at != way.end(); ++at) text += *at + " → ";
      say(last->wrong, last->person_key,
          "the superiors of '" + unit.id + "' go in a circle: " + text + up.person->id);
    }
  }
}

}  // namespace

Directory judge(const Draft& draft, const Registry& registry, bool any_field) {
  if (draft.people.size() > kPeopleMax) {
    draft.wrong("people", "may be at most " + std::to_string(kPeopleMax));
    return {};
  }
  if (draft.substitutes.size() > kSubstitutesMax) {
    draft.wrong("units", "may have at most " + std::to_string(kSubstitutesMax) + " substitutes");
    return {};
  }
  if (draft.leaders.size() > kLeadersMax) {
    draft.wrong("superiors",
                "may be of at most " + std::to_string(kLeadersMax) + " fields and units");
    return {};
  }
  const Judge judge(draft, registry, any_field);
  judge.posts();
  judge.substitutes();
  judge.leaders();
  judge.reach();
  if (!judge.sound()) return {};
  Directory directory(judge.content(), registry);
  judge.party(directory);
  judge.duty_office(directory);
  if (judge.sound()) judge.circle_of_superiors(directory);
  return judge.sound() ? directory : Directory{};
}

}  // namespace kip
