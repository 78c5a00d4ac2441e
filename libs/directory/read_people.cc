// The parser of people.yaml, and what of a person is the same however it was read.

#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "directory/contact.h"
#include "directory/draft.h"
#include "registry/read_parts.h"

namespace kip {
namespace {

const std::vector<std::string> kWayWords = {"email", "zalo", "sms"};

void say(DraftPerson& person, const std::string& key, const std::string& message) {
  person.sound = false;
  person.wrong(key, message);
}

bool has_address(const Person& person, Way way) {
  switch (way) {
    case Way::kEmail:
      return !person.email.empty();
    case Way::kZalo:  // ZNS goes by the number, an OA by the id
      return !person.zalo.empty() || !person.phone.empty();
    case Way::kSms:
      return !person.phone.empty();
  }
  return false;
}

void take_channels(const SaidOfPerson& said, DraftPerson& person) {
  if (!said.channels) {
    for (std::size_t i = 0; i < kWayCount; ++i) {
      const Way way = static_cast<Way>(i);
      const bool own_zalo = way != Way::kZalo || !person.is.zalo.empty();
      if (own_zalo && has_address(person.is, way)) person.is.channels.push_back(way);
    }
    return;
  }
  static const char* const kNeeds[] = {"an email", "a zalo id or a phone", "a phone"};
  for (const std::string& word : *said.channels) {
    const auto at = std::find(kWayWords.begin(), kWayWords.end(), word);
    if (at == kWayWords.end()) {
      say(person, "channels", "'" + word + "' is no channel" + nearest_hint(word, kWayWords));
      continue;
    }
    const auto i = static_cast<std::size_t>(at - kWayWords.begin());
    if (person.sound && !has_address(person.is, static_cast<Way>(i))) {
      say(person, "channels", "'" + word + "' needs " + kNeeds[i]);
    }
    person.is.channels.push_back(static_cast<Way>(i));
  }
}

std::optional<int> minute(DraftPerson& person, const std::string& key, const std::string& text) {
  const auto at = parse_minute_of_day(text);
  if (at && *at < 24 * 60) return at;
  say(person, key, "must be a time of day such as \"07:30\", not '" + text + "'");
  return std::nullopt;
}

void take_times(const SaidOfPerson& said, DraftPerson& person) {
  if (said.digest_at) {
    person.is.digest_minute = minute(person, "digest_at", *said.digest_at).value_or(kDigestMinute);
  }
  if (!said.quiet_from && !said.quiet_until) return;
  if (!said.quiet_from || !said.quiet_until) {
    say(person, "quiet", "needs both from and until");
    return;
  }
  const auto from = minute(person, "quiet", *said.quiet_from);
  const auto until = minute(person, "quiet", *said.quiet_until);
  if (from && until && *from == *until) say(person, "quiet", "must end at another time");
  if (from && until) person.is.quiet = QuietHours{*from, *until};
}

Wrong wrong_in(Reader reader) {
  return [reader = std::move(reader)](const std::string& key, const std::string& message) mutable {
    reader.wrong(key, message);
  };
}

void read_person(Reader& r, const Registry& registry, std::set<std::string>& met, Draft& draft) {
  DraftPerson person{.is = {}, .wrong = wrong_in(r)};
  person.is.id = read_id(r, "id", met);
  draft.people_whole = draft.people_whole && r.sound();
  person.is.role = read_word(r, "role");
  person.is.unit = read_unit(r, "unit", registry);
  SaidOfPerson said;
  said.email = r.optional_text("email");
  said.phone = r.optional_text("phone");
  said.zalo = r.optional_text("zalo");
  said.language = r.optional_text("language");
  said.channels = r.optional_list("channels");
  said.digest_at = r.optional_text("digest_at");
  if (auto quiet = r.optional_section("quiet")) {
    std::string from = quiet->text("from");
    std::string until = quiet->text("until");
    quiet->done();
    if (quiet->sound()) {
      said.quiet_from = std::move(from);
      said.quiet_until = std::move(until);
    }
  }
  r.done();
  person.sound = r.sound();
  judge_name(person);
  take(said, registry.ward.language, person);
  draft.people.push_back(std::move(person));
}

void read_post(Reader& r, const Registry& registry, std::set<std::string>& met, Draft& draft) {
  const std::string unit = read_id(r, "unit", met);
  judge_unit(r, "unit", unit, registry);
  Draft nowhere;  // of a unit that cannot be told nothing is judged
  Draft& to = r.sound() ? draft : nowhere;
  if (r.has("head")) to.heads.push_back({unit, read_word(r, "head"), "head", wrong_in(r)});
  for (const std::string& id : r.optional_list("deputies").value_or(std::vector<std::string>{})) {
    to.deputies.push_back({unit, id, "deputies", wrong_in(r)});
  }
  for (Reader& row : r.optional_sections("substitutes")) {
    DraftSubstitute substitute{.unit = unit, .is = {}, .wrong = wrong_in(row)};
    substitute.is.person = read_word(row, "person");
    substitute.is.instead_of = row.has("for") ? read_word(row, "for") : "";
    const auto from = read_day(row, "from");
    const auto until = read_day(row, "until");
    row.done();
    if (!from || !until) continue;
    substitute.is.from = *from;
    substitute.is.until = *until;
    to.substitutes.push_back(std::move(substitute));
  }
  r.done();
}

void read_leaders(Reader r, const Registry& registry, Draft& draft) {
  const auto rows = [&](const std::string& key, Charge by) {
    for (Reader& row : r.optional_sections(key)) {
      const std::string person = read_word(row, "person");
      if (!row.has(key)) row.wrong(key, row.has_nothing(key) ? "must not be empty" : "missing");
      for (const std::string& of : row.optional_list(key).value_or(std::vector<std::string>{})) {
        if (by == Charge::kUnit) judge_unit(row, key, of, registry);
        draft.leaders.push_back({{person, by, of}, "person", key, wrong_in(row)});
      }
      row.done();
    }
  };
  rows("fields", Charge::kField);
  rows("units", Charge::kUnit);
  for (const auto& [key, by] :
       {std::pair{"default", Charge::kDefault}, std::pair{"party", Charge::kParty}}) {
    if (r.has(key)) draft.leaders.push_back({{read_word(r, key), by, ""}, key, key, wrong_in(r)});
  }
  r.done();
}

}  // namespace

std::string_view way_word(Way way) { return kWayWords[static_cast<std::size_t>(way)]; }

void judge_name(DraftPerson& person) {
  const bool ascii = std::all_of(person.is.id.begin(), person.is.id.end(),
                                 [](char c) { return is_small(c) || is_digit(c) || c == '-'; });
  if (!ascii) say(person, "id", "'" + person.is.id + "' may hold only a-z, 0-9 and -");
  if (const auto fault = line_fault(person.is.role); !fault.empty()) say(person, "role", fault);
}

void take(const SaidOfPerson& said, Language of_ward, DraftPerson& person) {
  Person& is = person.is;
  if (said.email) {
    const std::string fault = email_fault(*said.email);
    if (!fault.empty()) say(person, "email", fault);
    is.email = *said.email;
  }
  if (said.phone) {
    const auto phone = phone_of(*said.phone);
    if (!phone) say(person, "phone", "must be a number such as \"0912 345 678\" or 84912345678");
    is.phone = phone.value_or("");
  }
  if (said.zalo) {
    const std::string fault = zalo_fault(*said.zalo);
    if (!fault.empty()) say(person, "zalo", fault);
    is.zalo = *said.zalo;
  }
  is.language = of_ward;
  if (said.language) {
    if (*said.language != "vi" && *said.language != "en") {
      say(person, "language",
          "'" + *said.language + "' is none of vi, en" +
              nearest_hint(*said.language, {"vi", "en"}));
    }
    is.language = *said.language == "en" ? Language::kEnglish : Language::kVietnamese;
  }
  take_channels(said, person);
  take_times(said, person);
}

Directory read_people(Reader root, const Registry& registry, bool any_field) {
  Draft draft;
  draft.wrong = wrong_in(root);
  read_version(root);
  std::set<std::string> people;
  std::vector<Reader> rows = root.sections("people");
  draft.people_whole = root.sound();
  for (Reader& row : rows) read_person(row, registry, people, draft);
  std::set<std::string> units;
  for (Reader& row : root.optional_sections("units")) read_post(row, registry, units, draft);
  if (auto leaders = root.optional_section("superiors")) read_leaders(*leaders, registry, draft);
  root.done();
  return judge(draft, registry, any_field);
}

}  // namespace kip
