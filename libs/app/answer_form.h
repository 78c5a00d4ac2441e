#pragma once
// What comes back from the page of an answer: the fields of its form, read strictly, and what they
// mean. Pure; any thread.
//
//   auto form = AnswerForm::parse(body);
//   Choice choice;
//   Mistakes wrong = judge(*form, policy, unit, plan_needed, now, choice);
//
// Known fields: item (the key of an item of the message, or "all"), act (mine, deputy, help,
// not_mine, done, wrong), when ("due", "own", or a local time 2026-11-25T11:00), own (a local
// time), plan, deputy, helper, whose, seen. Those that an act has no use for are passed over.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alerting/desk.h"
#include "rules/policy.h"

namespace kip {

inline constexpr std::size_t kPlanMax = 280;  // characters

class AnswerForm {
 public:
  // application/x-www-form-urlencoded. kInvalid: not that, a field that is not known, or one twice.
  static Result<AnswerForm> parse(std::string_view body);
  std::string_view operator[](std::string_view name) const;  // empty: absent

 private:
  std::map<std::string, std::string, std::less<>> fields_;
};

// What was chosen for one item, or for all.
struct Choice {
  std::string item;
  Disposition what{};
  std::string plan, whose;  // whose: a unit or a person of the directory
  bool when_due = false;    // as the item's due says, or the next working day where that is past
  std::optional<Instant> promised_at;
  // The same for the same form sent twice.
  std::string content;
};

// (field, why, in Vietnamese)
using Mistakes = std::vector<std::pair<std::string, std::string>>;

// `unit`: whose message it is; `plan_needed`: a promise was broken.
Mistakes judge(const AnswerForm& form, const Policy& policy, std::string_view unit,
               bool plan_needed, Instant now, Choice& into);

// A run of 9 to 12 digits: what a phone or identity number looks like, also in groups ("0912 345
// 678"). Dates and the codes of dossiers do not.
bool looks_like_number(std::string_view text);
// "2026-11-25T11:00" in UTC+7, and back.
std::optional<Instant> parse_civil(std::string_view text);
std::string civil(Instant at);
// The deputies of a unit, by id; who is no longer in the directory is left out.
std::vector<const Person*> deputies_of(const Directory& directory, std::string_view unit);

}  // namespace kip
