#include "app/answer_html.h"

#include <algorithm>

#include "app/notifications.h"
#include "app/page_parts.h"
#include "app/trace_words.h"
#include "messages/words.h"
#include "web/server.h"

namespace kip {
namespace {

// Without :has() all fields of a form are seen at once, and those that do not matter are passed
// over.
constexpr std::string_view kStyle = R"css(
.page,.in{max-width:640px}.page{padding-top:16px}h1{font-size:22px;margin-top:2px}
.card{padding:14px 16px;margin-top:12px}.card h2{margin-top:6px;overflow-wrap:anywhere}
.id{overflow-wrap:anywhere}.kv{display:grid;grid-template-columns:84px 1fr;gap:4px 12px;
margin-top:8px;padding-top:8px;border-top:1px solid var(--line)}.kv dt{color:var(--muted)}
.said{display:flex;gap:8px;margin-top:8px;color:var(--ok);font-weight:600}.said .ic{margin-top:4px}
.over{color:var(--muted)}summary{min-height:44px;display:flex;align-items:center;cursor:pointer;
color:var(--ok);font-weight:600;margin-bottom:-10px}summary::before{content:"\25B8";margin-right:8px}
details[open]>summary::before{content:"\25BE"}form{margin:0}
fieldset{border:0;margin:14px 0 0;padding:0;min-width:0}
legend,label.f{display:block;font-weight:600;font-size:15px;padding:0}
legend{margin-bottom:4px}label.f{margin-top:14px}legend span,label.f span{font-weight:400;
color:var(--muted)}.opt{display:flex;gap:10px;align-items:center;min-height:44px;padding:7px 12px;
border:1px solid var(--strong);border-radius:6px}.opt+.opt{margin-top:6px}
.opt input{width:20px;height:20px;margin:0;flex:none;accent-color:var(--ok-fill)}
.opt:has(:checked){border-color:var(--ok-fill);box-shadow:inset 0 0 0 1px var(--ok-fill);
background:var(--ok-bg)}input.f,textarea.f,select.f{display:block;width:100%;min-height:44px;
margin-top:4px;padding:9px 12px;border:1px solid var(--strong);border-radius:6px;
background:var(--surface);color:inherit;font:inherit;font-weight:400}
.btn{display:block;width:100%;min-height:52px;margin-top:16px;padding:10px 16px;border:0;
border-radius:6px;background:#1464b4;color:#fff;font-family:inherit;font-size:17px;font-weight:600;
line-height:32px;text-align:center;text-decoration:none;cursor:pointer}
.btn.second{background:var(--surface);color:var(--ok);box-shadow:inset 0 0 0 1px var(--strong)}
.all{position:sticky;bottom:8px;box-shadow:0 -2px 16px rgba(10,20,40,.16)}.all .btn{margin-top:0}
.all .btn{line-height:1.35}.all .small{margin-top:6px}.all.tall,.page:has(details[open]) .all{position:static}
.bar{margin:12px 0 0}.bar a{color:inherit}.wrong{background:var(--warn-bg);color:var(--warn);border-radius:6px;padding:10px 14px;
margin:12px 0}.wrong ul{padding-left:18px}.done h1{display:flex;gap:10px;align-items:center;
color:var(--ok)}.done .ic{width:30px;height:30px}.done ul{list-style:none;margin-top:6px}
.done li{padding:10px 0;border-bottom:1px solid var(--line)}.done li span{display:block}
.what::first-letter{text-transform:uppercase}
@supports selector(:has(*)){form:has([name=act]) .for-deputy,form:has([name=act]) .for-help,
form:has([name=act]) .for-not,form:has([name=act][type=radio]) .for-date,.for-date .own{display:none}
form:has([value=deputy]:checked) .for-deputy,form:has([value=help]:checked) .for-help,
form:has([value=not_mine]:checked) .for-not,.for-date:has([value=own]:checked) .own,
form:has([value=mine]:checked) .for-date,form:has([value=deputy]:checked) .for-date,
form:has([value=help]:checked) .for-date{display:block}}
)css";

using web::html_escape;

std::string frame(const std::string& title, const std::string& inner) {
  return page_frame("Kịp - " + title,
                    "<style>" + std::string(kStyle) +
                        "</style><header class=\"top\"><div class=\"in\"><span class=\"mark\">Kịp"
                        "<i></i></span><b>" +
                        html_escape(title) + "</b></div></header><main class=\"page\">" + inner +
                        "</main>",
                    0);
}

std::string count_words(std::size_t n) { return std::to_string(n) + " việc"; }

std::string state_chip(const AnswerItem& item) {
  const std::string css(css_of(item.word));
  std::string label =
      item.word == ItemWord::kNone ? "Đã kết thúc" : std::string(state_words(item.word));
  if (item.word != ItemWord::kNone && item.due) {
    const bool late = item.left.ms < 0;
    label += (late ? " " : ", còn ") + short_work(late ? WorkTime{-item.left.ms} : item.left);
  }
  return "<span class=\"chip " + css + "\">" + (item.word == ItemWord::kNone ? "" : icon(css)) +
         label + "</span>";
}

std::string item_name(const AnswerItem& item) {
  if (!item.name.empty()) return item.name;
  return item.facts.kind == Kind::kNone ? "Việc" : std::string(kind_words(item.facts.kind));
}

class AskPage {
 public:
  AskPage(const AnswerView& view, const Policy& policy, const AnswerForm* typed,
          const Mistakes& mistakes)
      : view_(view), policy_(policy), typed_(typed), mistakes_(mistakes) {}

  std::string text() const {
    const bool of_all = typed_ != nullptr && (*typed_)["item"] == "all";
    const bool nowhere = typed_ != nullptr && !of_all && !view_.item((*typed_)["item"]);
    std::string out = head();
    if (nowhere) {
      out += mistakes_box(mistakes_);
    } else if (!mistakes_.empty()) {
      out +=
          "<p class=\"bar\" role=\"alert\">Chưa gửi được: <a href=\"#wrong\">sửa chỗ sai ở "
          "dưới</a>.</p>";
    }
    for (const AnswerItem& item : view_.items) out += card(item);
    out += one_tap(of_all ? mistakes_ : Mistakes());
    return frame("Trả lời cảnh báo", out + foot());
  }

 private:
  std::string head() const {
    const Message& m = view_.message;
    const std::size_t waiting = view_.waiting();
    std::string who = directory_name(policy_, m.person);
    if (!m.on_behalf_of.empty()) who += ", thay " + directory_name(policy_, m.on_behalf_of);
    // Most roles say whose they are.
    const std::string unit = directory_name(policy_, m.desk);
    if (who.find(unit.substr(unit.find(' ') + 1)) == std::string::npos) who = unit + " · " + who;
    return "<p class=\"muted small\">" + html_escape(who) + "</p><h1>" +
           (waiting == 0 ? "Không còn việc nào cần trả lời"
                         : count_words(waiting) + " cần trả lời") +
           "</h1><p class=\"muted small\">Tin gửi " + day_time(m.at, view_.now) + " · số liệu " +
           day_time(view_.now, view_.now) + "</p>";
  }

  std::string card(const AnswerItem& item) const {
    const Words words(Language::kVietnamese, view_.now);
    const std::string id = html_escape(words.kind(item.facts.kind, item.facts.subject_kind) + " " +
                                       item.facts.subject);
    std::string out = "<section class=\"card\">" + state_chip(item) + "<h2>" +
                      html_escape(item_name(item)) + "</h2><p class=\"muted small id\">" + id +
                      "</p>";
    if (!item.is_open())
      return out + "<p class=\"said over\">" + icon("ok") +
             "<span>Đã xong, không cần trả lời.</span></p></section>";
    out += "<dl class=\"kv\">";
    if (item.due) {
      out += "<dt>Hạn</dt><dd><b>" + day_time(*item.due, view_.now) + "</b>" +
             (policy_.calendars.provisional(*item.due) ? " (tạm tính)" : "") +
             (item.stopped ? ", đồng hồ đang dừng" : "") + "</dd>";
    }
    out += "<dt>Vì sao báo</dt><dd>" + html_escape(item.facts.reason) + " <span class=\"muted\">(" +
           std::string(why_words(item.why)) + ")</span></dd>";
    if (!item.from_unit.empty())
      out += "<dt>Đơn vị</dt><dd>" + html_escape(directory_name(policy_, item.from_unit)) + "</dd>";
    out += "</dl>" + said(item);
    const bool typed_here = typed_ != nullptr && (*typed_)["item"] == item.key;
    out += std::string("<details") + (typed_here ? " open" : "") + "><summary>" +
           (item.standing ? "Sửa trả lời" : "Trả lời riêng việc này") + "</summary>" +
           item_form(view_, item, policy_, typed_here ? typed_ : nullptr,
                     typed_here ? mistakes_ : Mistakes()) +
           "</details>";
    return out + "</section>";
  }

  std::string said(const AnswerItem& item) const {
    if (!item.standing) return "";
    return "<p class=\"said\">" + icon("ok") + "<span>Đã trả lời lúc " +
           day_time(item.standing->at, view_.now) + ": " +
           html_escape(answer_words(*item.standing, policy_, view_.now)) + "</span></p>";
  }

  // What "in time" means for those that wait.
  std::string one_tap(const Mistakes& mistakes) const {
    const std::size_t waiting = view_.waiting();
    if (waiting == 0) return "";
    std::size_t late = 0;
    bool plan_needed = false;
    std::optional<Instant> close;
    for (const AnswerItem& item : view_.items) {
      if (!item.is_waiting()) continue;
      plan_needed = plan_needed || item.promise_broken;
      if (item.due && *item.due > view_.now) continue;
      ++late;
      const Instant at = in_time(item, policy_, view_.now);
      close = close ? std::max(*close, at) : at;
    }
    const std::string us = our_unit(view_, policy_) == "Phòng tôi" ? "phòng tôi" : "đơn vị tôi";
    const std::string when =
        late == waiting ? "xong " + day_time(*close, view_.now) : std::string("xong đúng hạn");
    std::string note = "Một lần bấm là trả lời xong.";
    if (late > 0 && late < waiting)
      note =
          count_words(late) + " đã quá hạn: hẹn xong " + day_time(*close, view_.now) + ". " + note;
    const std::string which = waiting == 1 ? "Việc này" : "Cả " + count_words(waiting);
    return "<section class=\"card all" + std::string(plan_needed ? " tall" : "") +
           "\"><form method=\"post\">" + mistakes_box(mistakes) + hidden_field("item", "all") +
           hidden_field("act", "mine") + hidden_field("when", "due") +
           hidden_field("seen", seen_count(view_)) +
           (plan_needed ? plan_field(true, typed_) : std::string()) +
           "<button class=\"btn\" type=\"submit\">" + which + ": " + us + " xử lý, " + when +
           "</button></form><p class=\"small muted\">" + note + "</p></section>";
  }

  std::string foot() const {
    return "<footer>Mở trang này chưa phải là trả lời. Trả lời dừng việc báo lên cấp trên đến giờ "
           "hẹn; lỡ hẹn, Kịp nhắc lại. Liên kết dùng đến " +
           day_time(view_.until, view_.now) +
           ", cho riêng tin này và người nhận; đừng chuyển tiếp. Không ghi tên, số điện thoại, địa "
           "chỉ người dân vào trả lời.</footer>";
  }

  const AnswerView& view_;
  const Policy& policy_;
  const AnswerForm* typed_;
  const Mistakes& mistakes_;
};

std::string done_line(const Confirmed& done, const Policy& policy, Instant now) {
  return "<li><b>" + html_escape(item_name(*done.item)) + "</b><span class=\"muted small id\">" +
         html_escape(done.item->facts.subject) + "</span><span class=\"what\">" +
         html_escape(answer_words(done.answer, policy, now)) + "</span></li>";
}

std::string what_follows(const std::vector<Confirmed>& answered) {
  const Disposition what = answered.front().answer.what;
  if (what == Disposition::kMine)
    return "Kịp không báo cấp trên trước giờ hẹn; đến giờ hẹn chưa xong thì nhắc lại.";
  if (what == Disposition::kNeedHelp || what == Disposition::kNotMine)
    return "Kịp chuyển ngay cho người được nêu, hoặc cấp trên trực tiếp.";
  return "Kịp ngừng báo trong thời gian chờ nguồn cập nhật; sau đó vẫn còn thì báo lại.";
}

}  // namespace

std::string ask_page(const AnswerView& view, const Policy& policy, const AnswerForm* typed,
                     const Mistakes& mistakes) {
  return AskPage(view, policy, typed, mistakes).text();
}

std::string done_page(const AnswerView& view, const Policy& policy,
                      const std::vector<Confirmed>& answered) {
  std::string out = "<section class=\"card done\" role=\"status\"><h1>" + icon("ok") + "<span>";
  if (answered.empty()) {
    out +=
        "Đã xong, không cần trả lời</span></h1><p>Việc này hết cảnh báo trước khi trả lời tới; "
        "không ghi thêm gì.</p>";
  } else {
    const std::string at = day_time(answered.front().answer.at, view.now);
    const bool today = local_day(answered.front().answer.at) == local_day(view.now);
    out += "Đã xác nhận lúc " + (today ? at.substr(at.find(", ") + 2) : at) + "</span></h1><ul>";
    for (const Confirmed& done : answered) out += done_line(done, policy, view.now);
    out += "</ul><p style=\"margin-top:10px\">" + what_follows(answered) +
           "</p><p class=\"small muted\" style=\"margin-top:10px\">Gửi lại lần nữa chỉ hiện nội "
           "dung này, không ghi thêm.</p>";
  }
  std::size_t left = 0;
  for (const AnswerItem& item : view.items) {
    const bool now = std::any_of(answered.begin(), answered.end(),
                                 [&](const Confirmed& c) { return c.item->key == item.key; });
    if (item.is_waiting() && !now) ++left;
  }
  out += left > 0 ? "<a class=\"btn\" href=\"\">Còn " + count_words(left) + " chưa trả lời</a>"
                  : "<a class=\"btn second\" href=\"\">Xem lại hoặc sửa trả lời</a>";
  return frame("Trả lời cảnh báo", out + "</section>");
}

std::string refused_page(const OpenedLink& opened, Instant now) {
  std::string title = "Liên kết không đúng", why;
  switch (opened.fault) {
    case LinkFault::kExpired:
      title = "Liên kết đã hết hạn";
      why = "Liên kết dùng đến " + day_time(opened.until, now) +
            ". Việc còn mở thì có trong tin mới hoặc bản tin sáng: hãy dùng liên kết ở đó.";
      break;
    case LinkFault::kUnknown:
      title = "Tin này không còn";
      why = "Kịp không còn giữ tin của liên kết này. Hãy dùng liên kết trong tin mới.";
      break;
    case LinkFault::kBad:
    case LinkFault::kNone:
      why = "Địa chỉ bị thiếu, bị sửa hoặc của nơi khác. Hãy mở đúng liên kết trong tin đã nhận.";
      break;
  }
  return frame("Trả lời cảnh báo", "<section class=\"card\"><h1>" + title +
                                       "</h1><p style=\"margin-top:8px\">" + why +
                                       " Chưa có gì được ghi.</p></section>");
}

std::string try_again_page() {
  return frame(
      "Trả lời cảnh báo",
      "<section class=\"card\"><h1>Hãy thử lại sau ít giây</h1><p style=\"margin-top:8px\">"
      "Kịp đang chuyển máy hoặc chưa ghi được. Nếu vừa trả lời: chưa rõ đã được ghi hay "
      "chưa, gửi lại thì vẫn chỉ tính một lần.</p>"
      "<a class=\"btn second\" href=\"\">Mở lại</a></section>");
}

std::string unreadable_form_page(const std::string& why) {
  return frame("Trả lời cảnh báo",
               "<section class=\"card\"><h1>Chưa gửi được</h1><p>Biểu mẫu không đọc được (" +
                   html_escape(why) +
                   "). Chưa có gì được ghi.</p><a class=\"btn second\" href=\"\">Mở lại</a>"
                   "</section>");
}

}  // namespace kip
