// GET /items/{id}: how one item got here, why it is told, whose hours it took.

#include <algorithm>
#include <cmath>

#include "app/api_parts.h"
#include "app/page_parts.h"
#include "app/query.h"
#include "app/trace.h"
#include "app/trace_words.h"
#include "contract/publish.h"
#include "messages/apology.h"
#include "rules/hours.h"

namespace kip {
namespace {

using web::html_escape;

class ItemPage {
 public:
  ItemPage(const Trace& story, const Policy& policy)
      : story_(story),
        policy_(policy),
        f_(story.item.folded),
        seen_(story.item, policy, story.now) {}

  std::string text() const {
    const std::string id = html_escape(story_.item.item_id);
    std::string name = shown_name(f_, policy_);
    if (name.empty()) name = f_.kind == Kind::kNone ? "Việc" : std::string(kind_words(f_.kind));
    const std::string body =
        "<header class=\"top\"><div class=\"in\"><a class=\"mark\" href=\"/\">Kịp<i></i></a><b>" +
        html_escape(ward_title(policy_.registry.ward)) + "</b><span class=\"fresh\">" +
        day_time(story_.now, story_.now) + "</span></div></header><main class=\"page\"><p>" +
        chip(word_of(story_.item)) + "</p><h1 style=\"margin-top:8px\">" + html_escape(name) +
        "</h1><p class=\"lead muted\">" + id + "</p>" + letter() + facts() + why() + sub_clocks() +
        hours() + history() +
        "<footer>Thời gian còn lại tính theo giờ làm việc, trừ đêm, ngày nghỉ và thời gian tạm "
        "dừng. Dạng máy đọc: <a href=\"/v1" +
        item_path(story_.item.item_id) + "\">JSON</a>.</footer></main>";
    return page_frame("Kịp - " + story_.item.item_id, body, 0);
  }

 private:
  std::string unit(std::string_view id) const {
    const Unit* known = policy_.registry.unit(id);
    if (id == kUnassigned) return "Chưa rõ đơn vị";
    return html_escape(known ? std::string_view(known->name) : id);
  }
  static std::string day_count(double days) {  // "2", "7,5"
    const auto tenths = static_cast<std::int64_t>(std::lround(days * 10));
    return number_text(tenths / 10) + (tenths % 10 == 0 ? "" : "," + std::to_string(tenths % 10));
  }
  static std::string fact(std::string_view name, const std::string& value) {
    return "<dt>" + std::string(name) + "</dt><dd>" + value + "</dd>";
  }
  static std::string section(const std::string& title, const std::string& inner) {
    return "<div class=\"head\"><h2>" + title + "</h2></div><section class=\"card\">" + inner +
           "</section>";
  }

  std::string due() const {
    if (!f_.effective_due) return "chưa có hạn";
    std::string out = day_time(*f_.effective_due, story_.now);
    if (policy_.calendars.provisional(*f_.effective_due)) out += " (tạm tính)";
    if (const auto end = end_of(f_)) {
      return out + (*end <= *f_.effective_due ? ", xong trong hạn " : ", xong quá hạn ") +
             day_time(*end, story_.now);
    }
    const WorkTime left = seen_.calendar.between(seen_.x, *f_.effective_due);
    out += left.ms < 0 ? ", quá " + short_work(WorkTime{-left.ms}) : ", còn " + short_work(left);
    return out + " làm việc";
  }

  // Of an open item that is not late yet; where too little is known it says so.
  std::string forecast() const {
    if (!is_open(f_.status) || word_of(story_.item) == ItemWord::kOverdue || !f_.effective_due)
      return "";
    const auto& said = story_.item.forecast;
    if (!said) return fact("Khả năng trễ", "chưa đủ dữ liệu");
    const std::string percent = std::to_string(std::lround(said->chance * 100)) + " %";
    return fact("Khả năng trễ",
                percent + " (theo " + std::to_string(said->cases) + " việc cùng thủ tục đã xong)") +
           fact("Dự báo xong", day_time(said->expected, story_.now) +
                                   ", 8 trên 10 khả năng: " + day_time(said->earliest, story_.now) +
                                   " đến " + day_time(said->latest, story_.now));
  }

  std::string dependencies() const {
    std::string rows;
    for (const Dependency& one : story_.item.dependencies) {
      rows += (rows.empty() ? "<a href=\"" : "<br><a href=\"") + item_path(one.item_id) + "\">" +
              html_escape(one.item_id) + "</a> " + dependency_words(one.state);
      if (!one.unit_id.empty()) rows += ", " + unit(one.unit_id);
    }
    return rows.empty() ? "" : fact("Phải chờ", rows);
  }

  std::string letter() const {
    if (no_apology(story_.item)) return "";
    return "<p><a href=\"/v1" + item_path(story_.item.item_id) +
           "/apology\">Thư xin lỗi và hẹn lại ngày trả</a></p>";
  }

  std::string facts() const {
    std::string out = "<dl class=\"facts\">";
    if (f_.kind != Kind::kNone) out += fact("Loại", std::string(kind_words(f_.kind)));
    out += fact("Tình trạng", std::string(status_words(f_.status)));
    out += fact("Hạn", due());
    out += forecast();
    out += dependencies();
    out += fact("Chịu trách nhiệm", unit(seen_.unit));
    std::string holder = unit(seen_.holder);
    if (!seen_.holder_assignee.empty()) holder += ", " + html_escape(seen_.holder_assignee);
    out += fact(is_open(f_.status) ? "Đang giữ" : "Đã giữ", holder);
    if (f_.stop) {
      out += fact("Đồng hồ", icon("pause") + " dừng từ " + day_time(f_.stop->begin, story_.now));
    }
    return out + "</dl>";
  }

  std::string why() const {
    std::string rows;
    const bool late = word_of(story_.item) == ItemWord::kOverdue;
    for (const OpenAlert& alert : story_.item.open) {
      if (late && past_once_overdue(alert.rule)) continue;  // what it says is past
      rows += "<li><time class=\"muted\">từ " + day_time(alert.onset, story_.now) +
              "</time><span>" + html_escape(reason_now(alert, seen_)) + "</span></li>";
    }
    if (rows.empty()) return "";
    return section("Vì sao báo", "<ol class=\"log\">" + rows + "</ol>");
  }

  // The limits inside the term, from the catalogue.
  std::string sub_clocks() const {
    const auto time = [&](Instant at) { return day_time(at, story_.now); };
    std::string rows;
    const v1::ItemView view = item_view(story_.item, policy_, story_.now);
    for (const v1::SubClock& clock : view.sub_clocks()) {
      const std::string days = day_count(clock.working_days());
      rows += fact(html_escape(clock.label()) + " (" + days + " ngày làm việc)",
                   sub_clock_words(clock, time));
    }
    if (rows.empty()) return "";
    return section("Hạn từng khâu", "<dl class=\"facts\">" + rows + "</dl>");
  }

  std::string hours() const {
    std::vector<Event> events;
    for (const TracedEvent& traced : story_.events) events.push_back(traced.event);
    fold(events, policy_.fold);  // sorts it, as hours_of() needs it
    const Hours hours = hours_of(events, policy_, story_.now);
    if (hours.holders.empty()) return "";
    static constexpr std::string_view kNames[] = {"", "Người dân", "Cơ quan khác", "Bên giao việc"};
    std::string rows;
    WorkTime before;
    for (const HolderTime& h : hours.holders) {
      const WorkTime after = before + h.time;  // whole minutes that add up
      const std::int64_t minutes = work_minutes(after) - work_minutes(before);
      before = after;
      const std::string name = h.kind == HolderKind::kUnit
                                   ? unit(h.unit)
                                   : std::string(kNames[static_cast<std::size_t>(h.kind)]);
      rows += "<tr><th scope=\"row\">" + name + "</th><td class=\"r\">" + hours_minutes(minutes) +
              "</td></tr>";
    }
    return section("Giờ của ai",
                   "<table><thead><tr><th scope=\"col\">Nơi giữ việc</th><th "
                   "scope=\"col\" class=\"r\">Thời gian làm việc</th></tr></thead>"
                   "<tbody>" +
                       rows +
                       "<tr><th scope=\"row\">Cộng</th><td "
                       "class=\"r\"><b>" +
                       hours_minutes(work_minutes(hours.sum)) + "</b></td></tr></tbody></table>");
  }

  // Newest first; what was said and what was told, by the time at which it happened.
  std::string history() const {
    std::vector<std::pair<Instant, std::string>> lines;
    for (const TracedEvent& traced : story_.events) {
      Event event = traced.event;
      if (f_.kind == Kind::kDossier || f_.kind == Kind::kPetition) event.facts.title.reset();
      std::string words;
      for (const std::string& said : sayings(event, f_.kind)) {
        words += (words.empty() ? "" : "; ") + html_escape(said);
      }
      const std::string css = traced.kept ? "" : " class=\"gone\"";
      lines.emplace_back(event.occurred_at, "<span" + css + ">" + words + "</span>");
    }
    for (const std::string& bytes : story_.alerts) {
      v1::AlertEvent alert;
      if (!alert.ParseFromString(bytes)) continue;
      const auto rule = rule_named(alert.rule_id());
      const Instant at = instant_of(alert.changed_at().seconds() * 1000);
      lines.emplace_back(at, "<span class=\"muted\">Cảnh báo " +
                                 std::string(rule ? rule_label(*rule) : "") + ": " +
                                 html_escape(change_words(alert)) + "</span>");
    }
    for (const Notification& told : story_.notifications) {
      lines.emplace_back(
          told.line.decision.at,
          "<span>" + html_escape(notification_words(told, policy_, story_.now)) + "</span>");
    }
    std::stable_sort(lines.begin(), lines.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::string rows;
    for (const auto& [at, words] : lines) {
      rows += "<li><time class=\"muted\">" + day_time(at, story_.now) + "</time>" + words + "</li>";
    }
    if (story_.item.sealed) rows = "<li><span>Việc đã khép lại, lịch sử không còn giữ.</span></li>";
    return section("Diễn biến", "<ol class=\"log\">" + rows + "</ol>");
  }

  const Trace& story_;
  const Policy& policy_;
  const Folded& f_;
  const Seen seen_;
};

}  // namespace

web::Response get_item_page(Api& api, const web::Request& request) {
  if (auto refusal = Query(request, {}).refusal()) return *refusal;
  const auto policy = api.service.policy();
  auto story = trace(*api.service.view(), *policy, request.parameters.at(0), api.service.now());
  if (!story && story.error().code == Errc::kNotFound) {
    return web::problem(404, "No such item", story.error().message);
  }
  if (!story) return unreadable(story.error());
  return {200, "text/html; charset=utf-8", ItemPage(*story, *policy).text(), {}};
}

}  // namespace kip
