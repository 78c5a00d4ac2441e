#include "app/notifications.h"

#include <algorithm>
#include <array>

#include "app/delivery.h"
#include "app/page_parts.h"
#include "app/printable.h"
#include "runtime/desks.h"
#include "store/keys.h"
#include "web/server.h"

namespace kip {
namespace {

constexpr std::size_t kTextMax = 300;  // of what a person wrote

std::string member(std::string_view name, std::string_view value) {
  if (value.empty()) return "";
  return "," + web::json_string(name) + ":" + web::json_string(value);
}

std::string delivery_json(const DeliveryRecord& d) {
  std::string out = "{\"channel\":" + web::json_string(d.channel) +
                    ",\"state\":" + web::json_string(state_word(d.state)) +
                    ",\"attempts\":" + std::to_string(d.attempts);
  const bool tried = d.attempts > 0;
  if (tried) out += member("at", format_rfc3339(d.last));
  return out + member("code", d.code) + member("detail", d.detail) + "}";
}

std::string_view state_words(DeliveryRecord::State state) {
  switch (state) {
    case DeliveryRecord::State::kDelivered:
      return "đã chuyển";
    case DeliveryRecord::State::kDead:
      return "không chuyển được";
    case DeliveryRecord::State::kPending:
    case DeliveryRecord::State::kNone:
      break;
  }
  return "đang gửi";
}

// The decision beside an answer says the same.
void drop_echoes(std::vector<Notification>& lines) {
  const auto answered = [&](const Notification& echo) {
    return std::any_of(lines.begin(), lines.end(), [&](const Notification& other) {
      return other.line.answer && other.alert_id == echo.alert_id &&
             other.line.decision.at == echo.line.decision.at;
    });
  };
  std::vector<Notification> kept;
  for (const Notification& one : lines) {
    const bool echo = !one.line.answer && one.line.decision.why == Why::kMuted && answered(one);
    if (!echo) kept.push_back(one);
  }
  lines = std::move(kept);
}

}  // namespace

Result<std::vector<Notification>> notifications_of(const Store& store,
                                                   const std::vector<std::string>& alert_ids) {
  std::vector<Notification> out;
  std::optional<Error> failed;
  for (const std::string& id : alert_ids) {
    const Status scanned = store.scan(Table::kJournal, keys::pair(id, ""), keys::pair_end(id),
                                      [&](std::string_view, std::string_view value) {
                                        auto line = decode_journal(id, value);
                                        if (line) out.push_back({id, std::move(*line), {}});
                                        if (!line) failed = line.error();
                                        return !failed;
                                      });
    if (failed) return *failed;
    if (!scanned) return scanned.error();
  }
  drop_echoes(out);
  for (Notification& told : out) {
    if (told.line.decision.message.empty()) continue;
    auto deliveries = deliveries_of(store, told.line.decision.message);
    if (!deliveries) return deliveries.error();
    told.deliveries = std::move(*deliveries);
  }
  std::stable_sort(out.begin(), out.end(), [](const Notification& a, const Notification& b) {
    return a.line.decision.at < b.line.decision.at;
  });
  return out;
}

Result<bool> answered(const Store& store, const std::string& alert_id, const std::string& ack_id) {
  auto waiting = waiting_answers(store);  // first: what is taken in between is in the journal
  if (!waiting) return waiting.error();
  const bool waits = std::any_of(waiting->begin(), waiting->end(), [&](const auto& one) {
    const auto& ids = one.second.alert_ids;
    return one.second.answer.id == ack_id &&
           std::find(ids.begin(), ids.end(), alert_id) != ids.end();
  });
  if (waits) return true;
  bool found = false;
  const Status scanned = store.scan(Table::kJournal, keys::pair(alert_id, ""),
                                    keys::pair_end(alert_id), [&](auto, std::string_view value) {
                                      const auto line = decode_journal(alert_id, value);
                                      found = line && line->answer && line->answer->id == ack_id;
                                      return !found;
                                    });
  if (!scanned) return scanned.error();
  return found;
}

std::string answer_json(const Answer& answer) {
  std::string out = "{\"ack_id\":" + web::json_string(answer.id) +
                    ",\"person_id\":" + web::json_string(answer.person) +
                    ",\"at\":" + web::json_string(format_rfc3339(answer.at)) +
                    ",\"disposition\":" + web::json_string(disposition_word(answer.what));
  out += member("plan", answer.plan);
  if (answer.promised_at) out += member("promised_at", format_rfc3339(*answer.promised_at));
  return out + member("whose", answer.whose) + member("channel", answer.channel) + "}";
}

std::string notification_json(const Notification& told) {
  const Decision& decision = told.line.decision;
  std::string out = "{\"at\":" + web::json_string(format_rfc3339(decision.at)) +
                    ",\"alert_id\":" + web::json_string(told.alert_id);
  if (decision.revision > 0) out += ",\"revision\":" + std::to_string(decision.revision);
  out += member("unit", told.line.unit);
  if (told.line.answer) return out + ",\"answer\":" + answer_json(*told.line.answer) + "}";
  out += member("why", why_word(decision.why)) + member("person_id", decision.person) +
         member("message_id", decision.message);
  std::string deliveries;
  for (const DeliveryRecord& d : told.deliveries) {
    deliveries += (deliveries.empty() ? "" : ",") + delivery_json(d);
  }
  if (!deliveries.empty()) out += ",\"deliveries\":[" + deliveries + "]";
  return out + "}";
}

std::string notifications_json(const std::vector<Notification>& all) {
  std::string out = "[";
  for (const Notification& told : all) {
    out += (out.size() > 1 ? "," : "") + notification_json(told);
  }
  return out + "]";
}

std::string_view disposition_words(Disposition what) {
  static constexpr std::array<std::string_view, 6> kWords = {
      "không rõ",
      "đơn vị nhận xử lý",
      "cần đơn vị khác hoặc cấp trên gỡ",
      "không thuộc thẩm quyền của đơn vị",
      "đã xong ở phần mềm nguồn, chưa cập nhật",
      "số liệu sai"};
  return kWords.at(static_cast<std::size_t>(what));
}

std::string_view why_words(Why why) {
  static constexpr std::array<std::string_view, kWhyCount> kWords = {
      "báo lần đầu",
      "nặng hơn lần báo trước",
      "có thay đổi từ lần báo trước",
      "nhắc lại vì chưa ai trả lời",
      "lỡ hẹn",
      "đã báo là xong hoặc sai số liệu, nay vẫn còn",
      "người phụ trách mới",
      "đơn vị chưa trả lời, báo lên cấp trên",
      "đơn vị báo không thuộc thẩm quyền",
      "đơn vị cần gỡ vướng",
      "việc có thời hạn ngắn",
      "quá hạn khi bắt đầu báo tin",
      "chờ gộp cùng việc khác",
      "giờ yên tĩnh",
      "hết số tin trong ngày",
      "chỉ vào bản tin sáng",
      "đã có trả lời",
      "báo rồi tắt quá nhiều lần",
      "nguồn số liệu đang im lặng",
      "có từ trước ngày bắt đầu báo tin",
      "hết trước khi kịp báo",
      "đã hết",
      "không có người nhận"};
  return kWords.at(static_cast<std::size_t>(why));
}

std::string directory_name(const Policy& policy, const std::string& id) {
  if (const Person* person = policy.directory.person(id)) return person->role;
  if (const Unit* unit = policy.registry.unit(id)) return unit->name;
  return printable(id, 60);
}

std::string answer_words(const Answer& answer, const Policy& policy, Instant now) {
  std::string out(disposition_words(answer.what));
  const bool mine = answer.what == Disposition::kMine;
  if (!answer.whose.empty())
    out += (mine ? ", giao " : ": ") + directory_name(policy, answer.whose);
  if (answer.promised_at)
    out += std::string(mine ? ", hẹn xong " : ", cần trước ") + day_time(*answer.promised_at, now);
  if (!answer.plan.empty()) out += "; “" + printable(answer.plan, kTextMax) + "”";
  return out;
}

std::string notification_words(const Notification& told, const Policy& policy, Instant now) {
  const Decision& decision = told.line.decision;
  if (const auto& answer = told.line.answer) {
    return directory_name(policy, answer->person) +
           " trả lời: " + answer_words(*answer, policy, now);
  }
  const std::string why(why_words(decision.why));
  if (decision.person.empty()) return "Chưa báo ai: " + why;
  std::string out = "Báo " + directory_name(policy, decision.person) + ": " + why;
  for (const DeliveryRecord& d : told.deliveries) {
    out += "; " + printable(d.channel, 40) + " " + std::string(state_words(d.state));
    if (d.attempts > 1) out += " (" + std::to_string(d.attempts) + " lần)";
    if (d.state != DeliveryRecord::State::kDelivered && !d.code.empty())
      out += " [" + printable(d.code, 40) + "]";
  }
  return out;
}

}  // namespace kip
