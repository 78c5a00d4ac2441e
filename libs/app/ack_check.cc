#include "app/ack_check.h"

#include <algorithm>

#include "app/answer_form.h"
#include "messages/text.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::chrono::minutes kAhead{5};  // clocks of senders

}  // namespace

bool is_said(Instant at) { return at > instant_of(0); }

bool is_ack_word(const std::string& value) {
  return value.size() <= kAckIdBytesMax && std::all_of(value.begin(), value.end(), [](char c) {
           return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
         });
}

std::vector<std::pair<std::string, std::string>> wrong_fields(const AnswerNews& news,
                                                              const Policy& policy, Instant now) {
  std::vector<std::pair<std::string, std::string>> errors;
  const Answer& a = news.answer;
  const auto wrong = [&](const char* field, std::string why) {
    errors.emplace_back(field, std::move(why));
  };
  const auto word = [&](const char* field, const std::string& value) {
    if (!is_ack_word(value))
      wrong(field, "must be a word of at most " + std::to_string(kAckIdBytesMax) + " bytes");
  };
  if (a.person.empty()) wrong("person_id", "is required");
  if (a.what == Disposition::kNone)
    wrong("disposition",
          "is required: ACK_DISPOSITION_MINE, _NEED_HELP, _NOT_MINE, _DONE_AT_SOURCE or "
          "_WRONG_DATA");
  word("ack_id", a.id);
  word("person_id", a.person);
  word("channel", a.channel);
  if (characters(a.plan) > kPlanMax)
    wrong("plan", "has more than " + std::to_string(kPlanMax) + " characters");
  if (looks_like_number(a.plan)) wrong("plan", "holds what looks like a phone or identity number");
  const bool named =
      policy.registry.unit(a.whose) != nullptr || policy.directory.person(a.whose) != nullptr;
  if (!a.whose.empty() && !named) wrong("whose", "is no unit or person of the directory");
  const Instant at = is_said(a.at) ? a.at : now;
  if (at > now + kAhead) wrong("at", "lies in the future");
  if (a.promised_at && *a.promised_at <= at) wrong("promised_at", "must be later than the answer");
  return errors;
}

Result<std::vector<Standing>> desks_of(const Store& store, const std::string& alert_id) {
  std::vector<Standing> out;
  std::optional<Error> failed;
  const Status scanned =
      store.scan(Table::kDesk, "", "", [&](std::string_view key, std::string_view value) {
        const auto [unit, id] = keys::read_pair(key);
        if (id != alert_id) return true;
        auto alert = decode_desk_alert(value);
        if (alert) out.push_back({std::string(unit), std::move(*alert)});
        if (!alert) failed = alert.error();
        return !failed;
      });
  if (failed) return *failed;
  if (!scanned) return scanned.error();
  return out;
}

const Standing& desk_for(const std::vector<Standing>& desks, const Person* person) {
  const auto of_person = std::find_if(desks.begin(), desks.end(), [&](const Standing& s) {
    return person != nullptr && s.unit == person->unit;
  });
  if (of_person != desks.end()) return *of_person;
  const auto own = std::find_if(desks.begin(), desks.end(),
                                [](const Standing& s) { return s.alert.from_unit.empty(); });
  return own == desks.end() ? desks.front() : *own;
}

}  // namespace kip
