#pragma once
// The directory: who gets the messages of a unit now, and who stands one step above. Read from
// people.yaml, or from a table (directory/people_table.h), as one checked whole.
//
//   Recipient to = directory.recipient(item.unit_id, now);
//   if (to.person) send(*to.person, reason_word(to.reason), to.on_behalf_of);
//   Recipient up = directory.superior(item.unit_id, item.field, now);  // kTop: nobody is above
//   wake_at(directory.next_change(now));  // a head goes on leave or comes back
//
// Days are civil days in UTC+7; those of a substitute count from the first day's 00:00 to the end
// of the last. A Party body goes up to the Party's leaders, never to the government's; for it
// nobody stands in who is not of the Party: of a Party unit himself, or named in the entry of one.
// Immutable: any thread; what it gives lives as long as it does. Pure: no clock, no file.
// Empty (no people.yaml): nobody receives anything, nobody is above.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "registry/registry.h"

namespace kip {

inline constexpr std::string_view kPeopleFile = "people.yaml";  // may be missing
inline constexpr int kDigestMinute = 7 * 60 + 30;               // 07:30

enum class Way : std::uint8_t { kEmail, kZalo, kSms };  // how a message goes
inline constexpr std::size_t kWayCount = 3;
std::string_view way_word(Way way);  // as in the files

// Minutes of the day; `from` after `until` goes over midnight.
struct QuietHours {
  int from = 0, until = 0;
};

struct Person {
  std::string id, role, unit;      // role: shown in messages, never a person's name
  std::string email, phone, zalo;  // empty: none; the phone as 84…
  Language language = Language::kVietnamese;
  std::vector<Way> channels;  // in the order in which they are tried; each has its address
  int digest_minute = kDigestMinute;
  std::optional<QuietHours> quiet;  // none: outside office hours
};

struct Substitute {
  std::string person, instead_of;
  LocalDay from, until;  // both inclusive
};

// Who answers for a unit.
struct Post {
  std::string unit, head;  // no head: empty
  std::vector<std::string> deputies;
  std::vector<Substitute> substitutes;
};

// By what somebody is the superior. kParty: of Party bodies; kDefault: of all others.
enum class Charge : std::uint8_t { kNone, kField, kUnit, kDefault, kParty };

struct Leader {
  std::string person;
  Charge by = Charge::kDefault;
  std::string of;  // the field or the unit
};

struct DirectoryContent {
  std::vector<Person> people;
  std::vector<Post> posts;
  std::vector<Leader> leaders;
};

enum class RecipientReason : std::uint8_t {
  kHead,
  kSubstitute,  // of the head, of the deputy who leads, or of the superior: on_behalf_of
  kDeputy,      // there is no head
  kDutyOffice,  // nobody is there
  kSuperior,
  kTop,     // nobody is above
  kNobody,  // nor has the duty office anybody
};
std::string_view reason_word(RecipientReason reason);  // for logs and metrics: duty_office

struct Recipient {
  const Person* person = nullptr;  // none: kTop, kNobody
  RecipientReason reason = RecipientReason::kNobody;
  const Person* on_behalf_of = nullptr;  // for whom a substitute stands in
  Charge by = Charge::kNone;             // of a superior
};

class Directory {
 public:
  Directory() = default;
  // `content` as the parsers have checked it.
  Directory(DirectoryContent content, const Registry& registry);

  bool empty() const { return content_.people.empty(); }
  const Person* person(std::string_view id) const;
  // Who gets the unit's messages: the head, else the first deputy, or who stands in for them; the
  // duty office where nobody is there, and for `unassigned` and what units.yaml does not know.
  Recipient recipient(std::string_view unit_id, Instant at) const;
  // One step above a unit: who is in charge of the field, else of the unit, else of all. Whoever
  // belongs to the unit, or receives its messages already, is passed over.
  Recipient superior(std::string_view unit_id, std::string_view field, Instant at) const;
  // One step above a person: the head of the unit he belongs to, else as above that unit. Of who
  // stands in for somebody: ask for that one.
  Recipient superior_of(const Person& person, std::string_view field, Instant at) const;
  // The next instant after `at` at which an answer of the above changes; kFarFuture: never.
  Instant next_change(Instant at) const;

  // Their messages go to the duty office; in the order of units.yaml.
  const std::vector<std::string>& units_without_anybody() const { return lacking_; }
  // A hash of what is meant, not of how it is written: hex; "" where it is empty.
  const std::string& digest() const { return digest_; }
  const DirectoryContent& content() const { return content_; }
  bool party_unit(std::string_view unit_id) const { return party_units_.contains(unit_id); }
  bool of_party(const Person& person) const { return party_people_.contains(person.id); }

 private:
  const Post* post(std::string_view unit_id) const;
  bool belongs(const Person& person, std::string_view unit_id) const;
  Recipient in_place_of(const Person& person, std::string_view unit_id, LocalDay day,
                        bool party_only) const;
  const Person* substitute_of(const Person& person, std::string_view unit_id, LocalDay day,
                              bool party_only) const;
  Recipient of_unit(std::string_view unit_id, LocalDay day) const;
  Recipient superior_on(std::string_view unit_id, std::string_view field, LocalDay day,
                        const Person* below) const;
  std::string answers_on(LocalDay day) const;
  std::vector<Instant> find_changes() const;

  DirectoryContent content_;
  std::string duty_unit_, digest_;
  std::set<std::string, std::less<>> units_, party_units_, party_people_;
  std::map<std::string, std::size_t, std::less<>> person_at_, post_at_;
  // By whom they stand in for: the post and the row of it.
  std::map<std::string, std::vector<std::pair<std::size_t, std::size_t>>, std::less<>> instead_;
  std::vector<Instant> changes_;
  std::vector<std::string> lacking_;
};

// people.yaml; mistakes go into the reader's problems. `any_field`: fields are not judged.
Directory read_people(Reader root, const Registry& registry, bool any_field);
// As a file that read_people reads to the same digest.
std::string people_text(const DirectoryContent& content);

}  // namespace kip
