#include "directory/directory.h"

#include <algorithm>
#include <tuple>

#include "base/hash.h"

namespace kip {

std::string_view reason_word(RecipientReason reason) {
  switch (reason) {
    case RecipientReason::kHead:
      return "head";
    case RecipientReason::kSubstitute:
      return "substitute";
    case RecipientReason::kDeputy:
      return "deputy";
    case RecipientReason::kDutyOffice:
      return "duty_office";
    case RecipientReason::kSuperior:
      return "superior";
    case RecipientReason::kTop:
      return "top";
    case RecipientReason::kNobody:
      return "nobody";
  }
  return "";
}

Directory::Directory(DirectoryContent content, const Registry& registry)
    : content_(std::move(content)), duty_unit_(registry.ward.duty_unit) {
  for (std::size_t i = 0; i < content_.people.size(); ++i) {
    person_at_.emplace(content_.people[i].id, i);
  }
  for (const Unit& unit : registry.units) {
    units_.insert(unit.id);
    if (unit.kind == "party") party_units_.insert(unit.id);
  }
  for (const Person& person : content_.people) {
    if (party_unit(person.unit)) party_people_.insert(person.id);
  }
  for (std::size_t i = 0; i < content_.posts.size(); ++i) {
    const Post& post = content_.posts[i];
    post_at_.emplace(post.unit, i);
    for (std::size_t k = 0; k < post.substitutes.size(); ++k) {
      instead_[post.substitutes[k].instead_of].emplace_back(i, k);
    }
    if (!party_unit(post.unit)) continue;
    party_people_.insert(post.head);
    party_people_.insert(post.deputies.begin(), post.deputies.end());
    for (const Substitute& row : post.substitutes) party_people_.insert(row.person);
  }
  if (empty()) return;
  for (const Unit& unit : registry.units) {
    if (!of_unit(unit.id, LocalDay{}).person) lacking_.push_back(unit.id);
  }
  changes_ = find_changes();
  DirectoryContent sorted = content_;
  std::sort(sorted.people.begin(), sorted.people.end(),
            [](const Person& a, const Person& b) { return a.id < b.id; });
  std::sort(sorted.posts.begin(), sorted.posts.end(),
            [](const Post& a, const Post& b) { return a.unit < b.unit; });
  std::sort(sorted.leaders.begin(), sorted.leaders.end(), [](const Leader& a, const Leader& b) {
    return std::tie(a.by, a.of) < std::tie(b.by, b.of);
  });
  digest_ = hex(sha256(people_text(sorted)));
}

const Person* Directory::person(std::string_view id) const {
  const auto found = person_at_.find(id);
  return found == person_at_.end() ? nullptr : &content_.people[found->second];
}

const Post* Directory::post(std::string_view unit_id) const {
  const auto found = post_at_.find(unit_id);
  return found == post_at_.end() ? nullptr : &content_.posts[found->second];
}

bool Directory::belongs(const Person& person, std::string_view unit_id) const {
  if (person.unit == unit_id) return true;
  const Post* here = post(unit_id);
  return here && (here->head == person.id || std::find(here->deputies.begin(), here->deputies.end(),
                                                       person.id) != here->deputies.end());
}

// Who stands in for a person as a post of the unit has it, else as his own unit has it, else any:
// who is on leave is on leave everywhere.
const Person* Directory::substitute_of(const Person& person, std::string_view unit_id, LocalDay day,
                                       bool party_only) const {
  const auto rows = instead_.find(person.id);
  if (rows == instead_.end()) return nullptr;
  const Person* best = nullptr;
  int best_rank = 0;
  for (const auto& [at, row] : rows->second) {
    const Post& post = content_.posts[at];
    const Substitute& substitute = post.substitutes[row];
    const Person* found = this->person(substitute.person);
    if (!found || day < substitute.from || day > substitute.until) continue;
    if (party_only && !of_party(*found)) continue;
    const int rank = post.unit == unit_id ? 3 : post.unit == person.unit ? 2 : 1;
    if (rank > best_rank) best = found;
    best_rank = std::max(rank, best_rank);
  }
  return best;
}

Recipient Directory::in_place_of(const Person& person, std::string_view unit_id, LocalDay day,
                                 bool party_only) const {
  const Person* at = &person;
  // No circle is read; the count holds whatever content was made by hand.
  for (std::size_t step = 0; step < content_.people.size(); ++step) {
    const Person* next = substitute_of(*at, unit_id, day, party_only);
    if (!next || next == &person) break;
    at = next;
  }
  if (at == &person) return {.person = at};
  return {.person = at, .reason = RecipientReason::kSubstitute, .on_behalf_of = &person};
}

Recipient Directory::of_unit(std::string_view unit_id, LocalDay day) const {
  const Post* here = post(unit_id);
  if (!here) return {};
  const Person* head = person(here->head);
  const Person* leads = head;
  if (!leads && !here->deputies.empty()) leads = person(here->deputies.front());
  if (!leads) return {};
  Recipient found = in_place_of(*leads, unit_id, day, party_unit(unit_id));
  if (!found.on_behalf_of) {
    found.reason = head ? RecipientReason::kHead : RecipientReason::kDeputy;
  }
  return found;
}

Recipient Directory::recipient(std::string_view unit_id, Instant at) const {
  const LocalDay day = local_day(at);
  if (Recipient found = of_unit(unit_id, day); found.person) return found;
  Recipient found = of_unit(duty_unit_, day);
  if (found.person) found.reason = RecipientReason::kDutyOffice;
  return found;
}

Recipient Directory::superior(std::string_view unit_id, std::string_view field, Instant at) const {
  const std::string_view unit = units_.contains(unit_id) ? unit_id : duty_unit_;
  return superior_on(unit, field, local_day(at), recipient(unit_id, at).person);
}

Recipient Directory::superior_of(const Person& person, std::string_view field, Instant at) const {
  const Post* here = post(person.unit);
  if (here && !here->head.empty() && here->head != person.id) {
    const Recipient head = of_unit(person.unit, local_day(at));
    if (head.person && head.person != &person) return head;
  }
  return superior_on(person.unit, field, local_day(at), &person);
}

Recipient Directory::superior_on(std::string_view unit_id, std::string_view field, LocalDay day,
                                 const Person* below) const {
  const Charge all = party_unit(unit_id) ? Charge::kParty : Charge::kDefault;
  for (const Charge by : {Charge::kField, Charge::kUnit, all}) {
    const std::string_view of = by == Charge::kField  ? field
                                : by == Charge::kUnit ? unit_id
                                                      : std::string_view();
    for (const Leader& leader : content_.leaders) {
      if (leader.by != by || leader.of != of) continue;
      const Person* leads = person(leader.person);
      if (!leads || belongs(*leads, unit_id)) continue;
      if (party_unit(unit_id) && !of_party(*leads)) continue;
      Recipient found = in_place_of(*leads, leads->unit, day, party_unit(unit_id));
      if (found.person == below) continue;
      if (!found.on_behalf_of) found.reason = RecipientReason::kSuperior;
      found.by = by;
      return found;
    }
  }
  return {.reason = RecipientReason::kTop};
}

// What of the answers hangs on the day, as one text.
std::string Directory::answers_on(LocalDay day) const {
  std::string all;
  const auto add = [&](const Recipient& found) {
    all += found.person ? found.person->id : "";
    all += found.on_behalf_of ? "<" + found.on_behalf_of->id + "\n" : "\n";
  };
  for (const Post& post : content_.posts) add(of_unit(post.unit, day));
  for (const Leader& leader : content_.leaders) {
    const Person* leads = person(leader.person);
    if (!leads) continue;
    for (const bool party : {false, true}) add(in_place_of(*leads, leads->unit, day, party));
  }
  return all;
}

std::vector<Instant> Directory::find_changes() const {
  std::set<LocalDay> borders;
  for (const Post& post : content_.posts) {
    for (const Substitute& row : post.substitutes) {
      borders.insert(row.from);
      borders.insert(row.until + std::chrono::days{1});
    }
  }
  std::vector<Instant> out;
  std::string before = answers_on(LocalDay{std::chrono::year{0} / 1 / 1});
  for (const LocalDay day : borders) {
    std::string now = answers_on(day);
    if (now != before) out.push_back(day_start(day));
    before = std::move(now);
  }
  return out;
}

Instant Directory::next_change(Instant at) const {
  const auto next = std::upper_bound(changes_.begin(), changes_.end(), at);
  return next == changes_.end() ? kFarFuture : *next;
}

}  // namespace kip
