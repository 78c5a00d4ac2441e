// GET /: the state of the ward on one page: four counts, the units by risk, what to do first.

#include <algorithm>

#include "app/api_parts.h"
#include "app/page_parts.h"
#include "app/query.h"
#include "app/totals.h"
#include "app/trace_words.h"

namespace kip {
namespace {

constexpr int kRefreshSeconds = 30;
constexpr ItemWord kWords[] = {ItemWord::kOverdue, ItemWord::kAtRisk, ItemWord::kPaused,
                               ItemWord::kOnTrack};

struct Shown {
  Api& api;
  const Policy& policy;
  Instant now;
  StateCounts all;
  std::map<std::string, StateCounts, std::less<>> units;
  std::shared_ptr<const UrgentItems> urgent;
  std::optional<Instant> newest;  // event
};

using web::html_escape;

std::int64_t count_of(const StateCounts& counts, ItemWord word) {
  StateCounts copy = counts;
  return *copy.of(item_word(word));
}

std::string bars(const Shown& s) {
  std::string out;
  const auto bar = [&](const std::string& words) {
    out += "<p class=\"bar\" role=\"status\">" + words + "</p>";
  };
  if (const auto failure = s.api.service.failure()) {
    bar("Dịch vụ đang dừng vì lỗi, số liệu không còn được cập nhật: " +
        html_escape(failure->message));
  }
  if (s.api.service.catching_up()) {
    const Reach reach = s.api.service.reach();
    bar("Đang đọc lại dữ liệu (" + grouped(reach.done) + " trên " + grouped(reach.all) +
        " tin): số liệu dưới đây chưa đầy đủ, chưa có cảnh báo mới.");
  }
  if (s.urgent->error)
    bar("Không đọc được danh sách việc: " + html_escape(s.urgent->error->message));
  if (s.newest) {
    const WorkTime silent = s.policy.calendars.common().between(*s.newest, s.now);
    if (silent > kWorkingDay) {
      bar("Không có tin mới từ " + day_time(*s.newest, s.now) + " (" + short_work(silent) +
          " làm việc): số liệu có thể đã cũ.");
    }
  }
  return out;
}

std::string fresh(const Shown& s) {
  std::string out = day_time(s.now, s.now);
  if (s.api.service.clock().kind != ClockSpec::Kind::kWall) out += " (đồng hồ mẫu)";
  if (!s.newest) return out + "; chưa có tin nào";
  return out + "; tin mới nhất " + age_text(*s.newest, s.now);
}

std::string headline(const Shown& s) {
  if (s.all.overdue > 0 && s.all.at_risk > 0) {
    return number_text(s.all.overdue) + " việc quá hạn, " + number_text(s.all.at_risk) +
           " việc nguy cơ trễ";
  }
  if (s.all.overdue > 0) return number_text(s.all.overdue) + " việc quá hạn";
  if (s.all.at_risk > 0) return number_text(s.all.at_risk) + " việc nguy cơ trễ";
  return "Không có việc quá hạn hay nguy cơ trễ";
}

// "Hôm nay còn 5 giờ 48 làm việc." The next working day where today has none left.
std::string lead(const Shown& s) {
  const Calendar& calendar = s.policy.calendars.common();
  if (calendar.is_always()) return "";
  const LocalDay today = local_day(s.now);
  LocalDay next = today + std::chrono::days{1};
  for (int i = 0; i < 30 && !calendar.is_working_day(next); ++i) next += std::chrono::days{1};
  const std::string on = day_time(day_start(next), s.now);
  const std::string when = on.substr(0, on.find(','));
  const WorkTime left = calendar.between(s.now, day_start(today + std::chrono::days{1}));
  std::string out = "Hết giờ làm việc hôm nay. ";
  if (left.ms > 0) out = "Hôm nay còn <b>" + short_work(left) + " làm việc</b>. ";
  if (next == today + std::chrono::days{1} && left.ms > 0) return out;
  return out + "Ngày làm việc tiếp theo: " + when + ".";
}

std::string strip(const Shown& s) {
  std::string out = "<ul class=\"strip\" aria-label=\"Việc đang mở theo tình trạng\">";
  for (const ItemWord word : kWords) {
    const std::string css(css_of(word));
    out += "<li class=\"" + css + "-t\"><b>" + number_text(count_of(s.all, word)) + "</b>" +
           icon(css) + " " + std::string(state_words(word)) + "</li>";
  }
  return out + "</ul>";
}

std::string unit_name(const Shown& s, std::string_view id, bool is_short) {
  const Unit* unit = s.policy.registry.unit(id);
  if (id == kUnassigned) return "Chưa rõ đơn vị";
  if (!unit) return std::string(id);
  return is_short ? unit->short_text() : unit->name;
}

// By risk, then as the directory has them.
std::vector<std::string> units_by_risk(const Shown& s) {
  std::vector<std::string> ids;
  for (const Unit& unit : s.policy.registry.units) ids.push_back(unit.id);
  for (const auto& [id, counts] : s.units) {
    if (s.policy.registry.unit(id) == nullptr) ids.push_back(id);
  }
  const auto risk = [&](const std::string& id) {
    const auto found = s.units.find(id);
    const StateCounts c = found == s.units.end() ? StateCounts{} : found->second;
    return std::tuple(c.overdue, c.at_risk, c.paused, c.on_track);
  };
  std::stable_sort(ids.begin(), ids.end(),
                   [&](const auto& a, const auto& b) { return risk(a) > risk(b); });
  return ids;
}

std::string unit_table(const Shown& s) {
  std::string rows, without;
  for (const std::string& id : units_by_risk(s)) {
    const auto found = s.units.find(id);
    if (found == s.units.end() || found->second.open() == 0) {
      without += (without.empty() ? "" : ", ") + html_escape(unit_name(s, id, true));
      continue;
    }
    rows += "<tr><th scope=\"row\"><span class=\"wide\">" + html_escape(unit_name(s, id, false)) +
            "</span><span class=\"narrow\">" + html_escape(unit_name(s, id, true)) + "</span></th>";
    for (const ItemWord word : kWords) {
      const std::int64_t n = count_of(found->second, word);
      const bool loud = n > 0 && (word == ItemWord::kOverdue || word == ItemWord::kAtRisk);
      const std::string css = loud ? std::string(css_of(word)) + "-t" : n == 0 ? "zero" : "";
      rows += "<td class=\"r nw " + css + "\">" +
              (loud ? icon(css_of(word)) + " <b>" + number_text(n) + "</b>" : number_text(n)) +
              "</td>";
    }
    rows += "</tr>";
  }
  std::string head = "<tr><th scope=\"col\">Đơn vị</th>";
  for (const ItemWord word : kWords) {
    head += "<th scope=\"col\" class=\"r\"><span class=\"nw\">" + icon(css_of(word)) +
            "</span> <span class=\"w\">" + std::string(state_words(word)) + "</span></th>";
  }
  std::string out =
      "<div class=\"head\"><h2>Theo đơn vị</h2><span class=\"aside\">rủi ro cao ở "
      "trên; số việc đang mở</span></div><section class=\"card\">";
  if (!rows.empty()) {
    out += "<table class=\"units\"><thead>" + head + "</tr></thead><tbody>" + rows +
           "</tbody></table>";
  }
  if (!without.empty()) {
    out += "<p class=\"small muted\" style=\"padding:8px 0\">Không có việc đang mở: " + without +
           ".</p>";
  }
  return out + "</section>";
}

std::string job(const Shown& s, const UrgentItem& item) {
  const std::string kind(item.kind == Kind::kNone ? "việc" : kind_words(item.kind));
  const std::string name = item.name.empty() ? kind : item.name;
  std::string left = "chưa có hạn";
  if (item.due) {
    const bool late = item.word == ItemWord::kOverdue;
    const WorkTime amount = item.left.ms < 0 ? WorkTime{-item.left.ms} : item.left;
    left = std::string("<b>") + (late ? "quá " : "còn ") + short_work(amount) + "</b> " +
           "<span class=\"small muted\">hạn " + day_time(*item.due, s.now) +
           (s.policy.calendars.provisional(*item.due) ? " (tạm tính)" : "") +
           (item.stopped ? ", đồng hồ đang dừng" : "") + "</span>";
  }
  return "<li>" + chip(item.word) + "<div><b>" + html_escape(name) +
         "</b><p class=\"id\"><a href=\"" + item_path(item.item_id) + "\">" +
         html_escape(item.item_id) + "</a> · " + html_escape(kind) + " · " +
         html_escape(unit_name(s, item.unit, true)) + "</p><p>" + html_escape(item.reason) +
         "</p></div><div class=\"left\">" + left + "</div></li>";
}

std::string jobs(const Shown& s) {
  std::string out =
      "<div class=\"head\" id=\"first\"><h2>Cần xử lý trước</h2><span class=\"aside\">gấp nhất ở "
      "trên; còn và quá tính theo giờ làm việc</span></div><section class=\"card\">";
  if (s.urgent->items.empty()) {
    return out + "<p style=\"padding:8px 0\">" + icon("ok") + " Không có việc nào.</p></section>";
  }
  out += "<ol class=\"jobs\">";
  for (const UrgentItem& item : s.urgent->items) out += job(s, item);
  const std::int64_t more =
      s.all.overdue + s.all.at_risk - static_cast<std::int64_t>(s.urgent->items.size());
  out += "</ol>";
  if (more > 0) {
    out += "<p class=\"small muted\" style=\"padding:8px 0\">Và " + number_text(more) +
           " việc nữa.</p>";
  }
  return out + "</section>";
}

std::string nothing_known() {
  return "<h1>Chưa có dữ liệu</h1><p class=\"lead none-t\">" + icon("none") +
         " Chưa có sự kiện nào được gửi tới. Gửi tin: POST /v1/events, hoặc nạp tệp bằng "
         "<code>kip import</code>.</p>";
}

std::string page_of(const Shown& s) {
  const std::string ward = ward_title(s.policy.registry.ward);
  std::string body =
      "<a class=\"skip\" href=\"#first\">Đến việc cần xử lý</a><header class=\"top\"><div "
      "class=\"in\"><a class=\"mark\" href=\"/\">Kịp<i></i></a><b>" +
      html_escape(ward) + "</b><span class=\"fresh\">" + html_escape(fresh(s)) +
      "</span></div></header><main class=\"page\">" + bars(s);
  if (!s.newest && s.all.open() == 0) {
    body += nothing_known();
  } else {
    body += "<h1>" + headline(s) + "</h1><p class=\"lead\">" + lead(s) + "</p>" + strip(s) +
            unit_table(s) + jobs(s);
  }
  body +=
      "<footer>Thời gian còn lại tính theo giờ làm việc, trừ đêm, ngày nghỉ và thời gian tạm "
      "dừng. Trang này không chứa tên, số điện thoại, địa chỉ của người dân. Tự tải lại sau " +
      std::to_string(kRefreshSeconds) + " giây.</footer></main>";
  return page_frame("Kịp - " + ward, body, kRefreshSeconds);
}

}  // namespace

web::Response get_first_page(Api& api, const web::Request& request) {
  if (auto refusal = Query(request, {}).refusal()) return *refusal;
  auto totals = read_totals(*api.service.view());
  if (!totals) return unreadable(totals.error());
  const auto policy = api.service.policy();
  Shown shown{api,
              *policy,
              api.service.now(),
              states_of(*totals),
              states_by_unit(*totals),
              api.urgent.read(),
              {}};
  for (const auto& [id, source] : api.service.sources()) {
    if (source.last_event) {
      shown.newest = std::max(shown.newest.value_or(kFarPast), *source.last_event);
    }
  }
  return {200, "text/html; charset=utf-8", page_of(shown), {}};
}

}  // namespace kip
