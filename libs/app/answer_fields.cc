// The form by which one item of a message is answered.

#include <algorithm>

#include "app/answer_html.h"
#include "app/page_parts.h"
#include "web/server.h"

namespace kip {
namespace {

using web::html_escape;

std::string_view typed_in(const AnswerForm* typed, std::string_view name) {
  return typed == nullptr ? std::string_view() : (*typed)[name];
}

std::string radio(const char* name, const std::string& value, const std::string& label,
                  bool checked) {
  return "<label class=\"opt\"><input type=\"radio\" name=\"" + std::string(name) + "\" value=\"" +
         html_escape(value) + "\" required" + (checked ? " checked" : "") + "><span>" + label +
         "</span></label>";
}

std::string option(const std::string& value, const std::string& label, bool selected) {
  return "<option value=\"" + html_escape(value) + "\"" + (selected ? " selected" : "") + ">" +
         html_escape(label) + "</option>";
}

class ItemForm {
 public:
  ItemForm(const AnswerView& view, const AnswerItem& item, const Policy& policy,
           const AnswerForm* typed)
      : view_(view), item_(item), policy_(policy), typed_(typed) {}

  std::string text(const Mistakes& mistakes) const {
    return "<form method=\"post\">" + mistakes_box(mistakes) + hidden_field("item", item_.key) +
           hidden_field("seen", seen_count(view_)) + acts() + dates() + people() +
           plan_field(item_.promise_broken, typed_) +
           "<button class=\"btn\" type=\"submit\">Gửi trả lời</button></form>";
  }

 private:
  std::string acts() const {
    const std::string_view chosen = typed_in(typed_, "act");
    const auto act = [&](const char* value, const std::string& label) {
      return radio("act", value, label,
                   chosen.empty() ? value == std::string("mine") : chosen == value);
    };
    std::string out =
        "<fieldset><legend>Việc này</legend>" + act("mine", our_unit(view_, policy_) + " xử lý");
    if (!deputies_of(policy_.directory, view_.message.desk).empty())
      out += act("deputy", "Giao cấp phó xử lý");
    return out + act("help", "Cần đơn vị khác hoặc cấp trên gỡ") +
           act("not_mine", "Không thuộc thẩm quyền của đơn vị") +
           act("done", "Đã xong, phần mềm nguồn chưa cập nhật") + act("wrong", "Số liệu sai") +
           "</fieldset>";
  }

  std::string dates() const {
    const Calendar& calendar = policy_.calendars.of(item_.facts.unit_id);
    const Instant now = view_.now;
    const std::string_view chosen = typed_in(typed_, "when");
    std::string rows;
    const auto date = [&](const std::string& value, const std::string& label) {
      rows += radio("when", value, label, chosen.empty() ? rows.empty() : chosen == value);
    };
    if (item_.due && *item_.due > now) {
      date("due", "Đúng hạn, " + day_time(*item_.due, now));
    } else {
      const Instant close = next_close(calendar, now);
      date(civil(close), "Hết ngày làm việc tới, " + day_time(close, now));
    }
    const auto sooner = [&](Instant at, const std::string& label) {
      if (!item_.due || *item_.due <= now || at < *item_.due) date(civil(at), label);
    };
    if (const auto close = close_today(calendar, now))
      sooner(*close, "Hôm nay, " + day_time(*close, now));
    const Instant morning = next_late_morning(calendar, now);
    sooner(morning, day_time(morning, now));
    date("own", "Ngày khác");
    return "<fieldset class=\"for-date\"><legend>Hẹn xong, hoặc cần gỡ trước"
           "</legend>" +
           rows +
           "<label class=\"f own\">Ngày, giờ khác<input class=\"f\" type=\"datetime-local\" "
           "name=\"own\" min=\"" +
           civil(now) + "\" value=\"" + html_escape(typed_in(typed_, "own")) +
           "\"></label></fieldset>";
  }

  std::string select(const char* css, const char* name, const std::string& label,
                     const std::string& options) const {
    return "<label class=\"f " + std::string(css) + "\">" + label + "<select class=\"f\" name=\"" +
           name + "\">" + options + "</select></label>";
  }

  std::string units(std::string_view chosen) const {
    std::string out;
    for (const Unit& unit : policy_.registry.units) {
      if (unit.id != view_.message.desk) out += option(unit.id, unit.name, unit.id == chosen);
    }
    return out;
  }

  std::string people() const {
    std::string deputies, leaders;
    for (const Person* person : deputies_of(policy_.directory, view_.message.desk))
      deputies += option(person->id, person->role, person->id == typed_in(typed_, "deputy"));
    const std::string_view helper = typed_in(typed_, "helper");
    std::vector<std::string> met;
    for (const Leader& leader : policy_.directory.content().leaders) {
      const Person* person = policy_.directory.person(leader.person);
      const bool again = std::find(met.begin(), met.end(), leader.person) != met.end();
      if (person == nullptr || again || leader.person == view_.message.person) continue;
      met.push_back(leader.person);
      leaders += option(person->id, person->role, person->id == helper);
    }
    std::string out;
    if (!deputies.empty()) out += select("for-deputy", "deputy", "Giao cho", deputies);
    out += select("for-help", "helper", "Ai gỡ",
                  option("", "Cấp trên trực tiếp", helper.empty()) +
                      "<optgroup label=\"Lãnh đạo\">" + leaders +
                      "</optgroup><optgroup label=\"Đơn vị\">" + units(helper) + "</optgroup>");
    const std::string_view whose = typed_in(typed_, "whose");
    return out + select("for-not", "whose", "Thuộc đơn vị nào",
                        option("", "Chưa rõ, cấp trên phân công", whose.empty()) + units(whose));
  }

  const AnswerView& view_;
  const AnswerItem& item_;
  const Policy& policy_;
  const AnswerForm* typed_;
};

}  // namespace

std::string item_form(const AnswerView& view, const AnswerItem& item, const Policy& policy,
                      const AnswerForm* typed, const Mistakes& mistakes) {
  return ItemForm(view, item, policy, typed).text(mistakes);
}

std::string hidden_field(const std::string& name, const std::string& value) {
  return "<input type=\"hidden\" name=\"" + name + "\" value=\"" + html_escape(value) + "\">";
}

std::string plan_field(bool needed, const AnswerForm* typed) {
  return "<label class=\"f\">Kế hoạch <span>(" +
         std::string(needed ? "bắt buộc vì lần hẹn trước đã lỡ" : "không bắt buộc") + "; tối đa " +
         std::to_string(kPlanMax) +
         " chữ cái; không ghi tên, số điện thoại người dân)</span><textarea class=\"f\" "
         "name=\"plan\" rows=\"3\" maxlength=\"" +
         std::to_string(kPlanMax) + "\"" + (needed ? " required" : "") + ">" +
         html_escape(typed_in(typed, "plan")) + "</textarea></label>";
}

std::string mistakes_box(const Mistakes& mistakes) {
  if (mistakes.empty()) return "";
  std::string out = "<div class=\"wrong\" id=\"wrong\"><b>Chưa gửi được:</b><ul>";
  static const std::vector<std::pair<std::string, std::string>> kLabels = {
      {"act", "Việc này"},          {"when", "Hẹn xong"},   {"own", "Ngày khác"},
      {"plan", "Kế hoạch"},         {"deputy", "Giao cho"}, {"helper", "Ai gỡ"},
      {"whose", "Thuộc đơn vị nào"}};
  for (const auto& mistake : mistakes) {
    const auto label = std::find_if(kLabels.begin(), kLabels.end(),
                                    [&](const auto& row) { return row.first == mistake.first; });
    out += "<li>" + (label == kLabels.end() ? "" : label->second + ": ") +
           html_escape(mistake.second) + "</li>";
  }
  return out + "</ul></div>";
}

std::string seen_count(const AnswerView& view) {
  std::size_t count = 0;
  for (const AnswerItem& item : view.items) count += item.answers.size();
  return std::to_string(count);
}

std::string our_unit(const AnswerView& view, const Policy& policy) {
  const Unit* unit = policy.registry.unit(view.message.desk);
  return unit != nullptr && unit->name.starts_with("Phòng") ? "Phòng tôi" : "Đơn vị tôi";
}

}  // namespace kip
