// POST /v1/alerts/{id}/ack: an answer to an alert, by a system; GET /v1/help: who waits for help.

#include <algorithm>
#include <set>

#include "app/answer_form.h"
#include "app/api_parts.h"
#include "app/notifications.h"
#include "app/notifier.h"
#include "app/query.h"
#include "base/hash.h"
#include "contract/desk_state.h"
#include "messages/text.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::size_t kIdBytesMax = 128;
constexpr std::chrono::minutes kAhead{5};  // clocks of senders

struct Standing {  // an alert at a desk
  std::string unit;
  DeskAlert alert;
};

// Where the alert is open. It may be at several desks: whose it is, and those above.
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

// The desk at which the person answers: his own unit's where the alert is there too, else whose
// it is.
const Standing& desk_for(const std::vector<Standing>& desks, const Person* person) {
  const auto of_person = std::find_if(desks.begin(), desks.end(), [&](const Standing& s) {
    return person != nullptr && s.unit == person->unit;
  });
  if (of_person != desks.end()) return *of_person;
  const auto own = std::find_if(desks.begin(), desks.end(),
                                [](const Standing& s) { return s.alert.from_unit.empty(); });
  return own == desks.end() ? desks.front() : *own;
}

std::string made_id(const std::string& content) {
  return "api-" + base32_lower(bytes_of(sha256(content))).substr(0, 26);
}

bool said(const Answer& answer) { return answer.at > instant_of(0); }  // when

class AckCheck {
 public:
  AckCheck(const Policy& policy, Instant now) : policy_(policy), now_(now) {}

  web::Fields run(const AnswerNews& news) {
    const Answer& a = news.answer;
    if (!news.alert_ids.empty()) wrong("alert_ids", "is named by the path");
    if (a.person.empty()) wrong("person_id", "is required");
    if (a.what == Disposition::kNone)
      wrong("disposition",
            "is required: ACK_DISPOSITION_MINE, _NEED_HELP, _NOT_MINE, _DONE_AT_SOURCE or "
            "_WRONG_DATA");
    id("ack_id", a.id);
    id("person_id", a.person);
    id("channel", a.channel);
    if (characters(a.plan) > kPlanMax)
      wrong("plan", "has more than " + std::to_string(kPlanMax) + " characters");
    if (looks_like_number(a.plan))
      wrong("plan", "holds what looks like a phone or identity number");
    const bool named =
        policy_.registry.unit(a.whose) != nullptr || policy_.directory.person(a.whose) != nullptr;
    if (!a.whose.empty() && !named) wrong("whose", "is no unit or person of the directory");
    const Instant at = said(a) ? a.at : now_;
    if (at > now_ + kAhead) wrong("at", "lies in the future");
    if (a.promised_at && *a.promised_at <= at)
      wrong("promised_at", "must be later than the answer");
    return std::move(errors_);
  }

 private:
  void wrong(std::string field, std::string why) {
    errors_.emplace_back(std::move(field), std::move(why));
  }
  void id(const char* field, const std::string& value) {
    const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
      return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
    });
    if (value.size() > kIdBytesMax || !plain)
      wrong(field, "must be a word of at most " + std::to_string(kIdBytesMax) + " bytes");
  }

  const Policy& policy_;
  Instant now_;
  web::Fields errors_;
};

web::Response refused(const web::Fields& errors) {
  const auto& [name, why] = errors.front();
  return web::problem(400, "Answer refused", "`" + name + "` " + why, errors);
}

// Who has to help: who was named, else one step above.
std::string owner_of(const Answer& answer, const DeskAlert& alert, const std::string& unit,
                     const Policy& policy, Instant now) {
  if (!answer.whose.empty()) return answer.whose;
  const Person* above = policy.directory.superior(unit, alert.facts.field, now).person;
  return above == nullptr ? "" : above->id;
}

std::string help_json(const Standing& s, const Policy& policy, Instant now) {
  const AlertFacts& f = s.alert.facts;
  const Answer& answer = *s.alert.answer;
  const std::string owner = owner_of(answer, s.alert, s.unit, policy, now);
  std::string out = "{\"alert_id\":" + web::json_string(f.alert_id) +
                    ",\"unit\":" + web::json_string(s.unit) +
                    ",\"rule_id\":" + web::json_string(f.rule);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += ",\"" + std::string(name) + "\":" + web::json_string(value);
  };
  add(f.subject_kind == 'i' ? "item_id" : "subject_id", f.subject);
  add("title", f.title);
  add("owner", owner);
  add("owner_name", owner.empty() ? "" : directory_name(policy, owner));
  if (f.due_at) add("due_at", format_rfc3339(*f.due_at));
  add("wanted_by", format_rfc3339(s.alert.muted_until));
  return out + ",\"answer\":" + answer_json(answer) + "}";
}

}  // namespace

web::Response post_ack(Api& api, const web::Request& request) {
  if (api.options.notifier == nullptr) return no_notifier();
  const std::string_view type = request.header("content-type").value_or("");
  if (type.substr(0, type.find(';')) != "application/json") {
    const std::string why = "Content-Type must say application/json";
    return web::problem(415, "Answer refused", why, {{"content-type", why}});
  }
  AnswerNews news;
  if (const auto refusal = read_answer(request.body, news))
    return coded(
        web::problem(400, "Answer refused", refusal->reason, {{refusal->field, refusal->reason}}),
        refusal->code);
  const auto policy = api.service.policy();
  const Instant now = api.service.now();
  if (const auto errors = AckCheck(*policy, now).run(news); !errors.empty()) return refused(errors);
  const std::string& alert_id = request.parameters.at(0);
  auto desks = desks_of(*api.service.view(), alert_id);
  if (!desks) return unreadable(desks.error());
  if (desks->empty())
    return web::problem(404, "No such alert",
                        "No desk has this alert open: it is over, or was never raised.");
  Answer& answer = news.answer;
  news.alert_ids = {alert_id};
  answer.plan = plain_text(answer.plan);
  if (answer.channel.empty()) answer.channel = "api";
  if (answer.id.empty()) answer.id = made_id(encode_answer(news));
  if (!said(answer)) answer.at = now;
  const std::string unit = desk_for(*desks, policy->directory.person(answer.person)).unit;
  const std::scoped_lock lock(api.answering);
  auto known = answered(*api.service.view(), alert_id, answer.id);
  if (!known) return unreadable(known.error());
  if (!*known) {
    if (Status written = api.options.notifier->answer(unit, news); !written)
      return unreadable(written.error());
  }
  return web::json(202, "{\"ack_id\":" + web::json_string(answer.id) +
                            ",\"unit\":" + web::json_string(unit) + "}");
}

web::Response get_help(Api& api, const web::Request& request) {
  if (api.options.notifier == nullptr) return no_notifier();
  const auto policy = api.service.policy();
  Query query(request, {"unit", "limit", "cursor"});
  const auto unit = query.unit("unit", policy->registry);
  const std::size_t limit = query.limit();
  const auto cursor = query.cursor();
  if (auto refusal = query.refusal()) return *refusal;
  const Instant now = api.service.now();
  std::string body, last, next;
  std::size_t found = 0, rows = 0;
  std::optional<Error> failed;
  // One answer may be to several alerts of an item, and is listed once: with the first of them. So
  // a page begins with its desk, to know what earlier pages had.
  std::set<std::pair<std::string, std::string>> listed;
  const std::string from = cursor ? keys::pair(keys::read_pair(*cursor).first, "") : "";
  const Status scanned = api.service.view()->scan(
      Table::kDesk, from, "", [&](std::string_view key, std::string_view value) {
        const auto [desk, id] = keys::read_pair(key);
        if (++rows > kScanRowsMax) next = last;
        if (!next.empty()) return false;
        if (!id.empty() && (!unit || desk == *unit)) {
          auto alert = decode_desk_alert(value);
          if (!alert) {
            failed = alert.error();
            return false;
          }
          const bool wanted = wants_help(*alert) && listed.emplace(desk, alert->answer->id).second;
          if (wanted && !(cursor && key <= *cursor)) {
            if (found == limit) {
              next = last;
              return false;
            }
            body += (found++ == 0 ? "" : ",") +
                    help_json({std::string(desk), std::move(*alert)}, *policy, now);
          }
        }
        last = key;
        return true;
      });
  if (failed) return unreadable(*failed);
  if (!scanned) return unreadable(scanned.error());
  body = "{\"help\":[" + body + "]";
  if (!next.empty()) body += ",\"next\":" + web::json_string(cursor_text(next));
  return web::json(200, body + "}");
}

}  // namespace kip
