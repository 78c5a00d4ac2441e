// POST /v1/alerts/{id}/ack: an answer to an alert, by a system; GET /v1/help: who waits for help.

#include <set>

#include "app/ack_check.h"
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

std::string made_id(const std::string& content) {
  return "api-" + base32_lower(bytes_of(sha256(content))).substr(0, 26);
}

web::Response refused(const web::Fields& errors) {
  const auto& [name, why] = errors.front();
  return web::problem(400, "Answer refused", "`" + name + "` " + why, errors);
}

// Who has to help: who was named, else one step above.
std::string owner_of(const Answer& answer, const DeskAlert& alert, const std::string& unit,
                     const Policy& policy, Instant now) {
  if (!answer.whose.empty()) return answer.whose;
  if (alert.asked) return alert.addressee;
  const Person* above = policy.directory.superior(unit, alert.facts.field, now).person;
  return above == nullptr ? "" : above->id;
}

std::string help_json(const Standing& s, const Policy& policy, Instant now) {
  const AlertFacts& f = s.alert.facts;
  const Answer& answer = *help_wanted(s.alert);
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
  const auto notifier = notifier_of(api);
  if (!notifier) return no_notifier(api);
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
  auto errors = wrong_fields(news, *policy, now);
  if (!news.alert_ids.empty()) errors.emplace_back("alert_ids", "is named by the path");
  if (!errors.empty()) return refused(errors);
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
  if (!is_said(answer.at)) answer.at = now;
  const std::string unit = desk_for(*desks, policy->directory.person(answer.person)).unit;
  const std::scoped_lock lock(api.answering);
  auto known = answered(*api.service.view(), alert_id, answer.id);
  if (!known) return unreadable(known.error());
  if (!*known) {
    if (Status written = notifier->answer(unit, news); !written) return unreadable(written.error());
  }
  return web::json(202, "{\"ack_id\":" + web::json_string(answer.id) +
                            ",\"unit\":" + web::json_string(unit) + "}");
}

web::Response get_help(Api& api, const web::Request& request) {
  if (!notifier_of(api)) return no_notifier(api);
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
          const Answer* asks = help_wanted(*alert);
          const bool wanted = asks != nullptr && listed.emplace(desk, asks->id).second;
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
