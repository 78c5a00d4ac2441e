#include "app/answer_form.h"

#include <algorithm>
#include <array>

#include "app/printable.h"
#include "base/ascii.h"
#include "messages/text.h"
#include "web/text.h"

namespace kip {
namespace {

constexpr std::array<std::string_view, 9> kFields = {"item",   "act",    "when",  "own", "plan",
                                                     "deputy", "helper", "whose", "seen"};
constexpr std::size_t kFieldBytesMax = 4'096;
constexpr std::size_t kDigitsLeast = 9, kDigitsMost = 12;
constexpr std::chrono::days kFarthest{366};

Disposition disposition_of(std::string_view act) {
  if (act == "mine" || act == "deputy") return Disposition::kMine;
  if (act == "help") return Disposition::kNeedHelp;
  if (act == "not_mine") return Disposition::kNotMine;
  if (act == "done") return Disposition::kDoneAtSource;
  return act == "wrong" ? Disposition::kWrongData : Disposition::kNone;
}

class Judging {
 public:
  Judging(const AnswerForm& form, const Policy& policy, Instant now, Choice& into)
      : form_(form), policy_(policy), now_(now), into_(into) {}

  Mistakes run(std::string_view unit, bool plan_needed) {
    const std::string_view act = form_["act"];
    into_.item = form_["item"];
    into_.what = disposition_of(act);
    if (into_.item.empty()) wrong("item", "Thiếu: trả lời cho việc nào.");
    if (into_.what == Disposition::kNone) wrong("act", "Chọn một cách trả lời.");
    if (into_.item == "all" && act != "mine") wrong("act", "Chỉ nhận xử lý mới chọn cho tất cả.");
    plan(plan_needed && into_.what == Disposition::kMine);
    if (act == "deputy") deputy(unit);
    if (act == "help") named("helper", true);
    if (act == "not_mine") named("whose", false);
    if (act == "mine" || act == "deputy" || act == "help") date();
    if (!std::all_of(form_["seen"].begin(), form_["seen"].end(), is_digit) ||
        form_["seen"].size() > 9)
      wrong("seen", "Biểu mẫu bị sửa: mở lại liên kết.");
    into_.content.append(act).append(1, '|').append(into_.whose).append(1, '|');
    into_.content += into_.promised_at ? format_rfc3339(*into_.promised_at) : "due";
    into_.content.append(1, '|').append(form_["seen"]).append(1, '|').append(into_.plan);
    return std::move(mistakes_);
  }

 private:
  void wrong(std::string field, std::string why) {
    mistakes_.emplace_back(std::move(field), std::move(why));
  }

  void plan(bool needed) {
    into_.plan = plain_text(form_["plan"]);
    const std::size_t length = characters(into_.plan);
    if (needed && into_.plan.empty())
      wrong("plan", "Lần hẹn trước đã lỡ: ghi kế hoạch cho lần này.");
    if (length > kPlanMax)
      wrong("plan", "Tối đa " + std::to_string(kPlanMax) + " chữ cái, đang là " +
                        std::to_string(length) + ".");
    if (looks_like_number(into_.plan))
      wrong("plan", "Có dãy số như số điện thoại hoặc số định danh: bỏ đi rồi gửi lại.");
  }

  void deputy(std::string_view unit) {
    into_.whose = form_["deputy"];
    const auto all = deputies_of(policy_.directory, unit);
    const bool known =
        std::any_of(all.begin(), all.end(), [&](const Person* p) { return p->id == into_.whose; });
    if (!known) wrong("deputy", "Chọn người được giao.");
  }

  // A unit, or a person where that may be; empty: whoever is one step above.
  void named(const char* field, bool person_too) {
    into_.whose = form_[field];
    if (into_.whose.empty() || policy_.registry.unit(into_.whose) != nullptr) return;
    if (person_too && policy_.directory.person(into_.whose) != nullptr) return;
    wrong(field, "Không có trong danh bạ: chọn lại.");
  }

  void date() {
    const std::string_view when = form_["when"];
    into_.when_due = when == "due" || when.empty();
    if (into_.when_due) return;
    const bool own = when == "own";
    const char* field = own ? "own" : "when";
    into_.promised_at = parse_civil(own ? form_["own"] : when);
    if (!into_.promised_at)
      return wrong(field, own ? "Ghi ngày và giờ hẹn, ví dụ 25/11/2026 11:00." : "Chọn ngày hẹn.");
    if (*into_.promised_at <= now_) wrong(field, "Giờ hẹn đã qua: chọn giờ sau bây giờ.");
    if (*into_.promised_at > now_ + kFarthest) wrong(field, "Hẹn xa nhất là một năm.");
  }

  const AnswerForm& form_;
  const Policy& policy_;
  Instant now_;
  Choice& into_;
  Mistakes mistakes_;
};

}  // namespace

Result<AnswerForm> AnswerForm::parse(std::string_view body) {
  AnswerForm form;
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return invalid("a field without a value");
    const auto name = web::percent_decode(pair.substr(0, equals), true);
    auto value = web::percent_decode(pair.substr(equals + 1), true);
    if (!name || !value) return invalid("a field is not percent-encoded UTF-8");
    if (std::find(kFields.begin(), kFields.end(), *name) == kFields.end())
      return invalid("there is no field '" + printable(*name, 40) + "'");
    if (value->size() > kFieldBytesMax) return invalid("field '" + *name + "' is too long");
    if (!form.fields_.emplace(*name, std::move(*value)).second)
      return invalid("field '" + *name + "' is there twice");
  }
  return form;
}

std::string_view AnswerForm::operator[](std::string_view name) const {
  const auto found = fields_.find(name);
  return found == fields_.end() ? std::string_view() : std::string_view(found->second);
}

Mistakes judge(const AnswerForm& form, const Policy& policy, std::string_view unit,
               bool plan_needed, Instant now, Choice& into) {
  into = {};
  return Judging(form, policy, now, into).run(unit, plan_needed);
}

bool looks_like_number(std::string_view text) {
  const auto of_length = [](std::size_t n) { return n >= kDigitsLeast && n <= kDigitsMost; };
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    // Groups of digits, one space, point or hyphen apart.
    std::size_t group = 0, all = 0, first = 0, at = i;
    for (; at < text.size(); ++at) {
      if (is_digit(text[at])) {
        ++group;
        ++all;
        continue;
      }
      if (of_length(group)) return true;
      if (first == 0) first = group;
      const bool goes_on = (text[at] == ' ' || text[at] == '.' || text[at] == '-') &&
                           at + 1 < text.size() && is_digit(text[at + 1]);
      if (!goes_on) break;
      group = 0;
    }
    if (of_length(group)) return true;
    if (first == 0) first = group;
    // A phone begins with 0 and its area or network, or with +84; a date or a code does not.
    const bool phone = (text[i] == '0' && first >= 3) || (i > 0 && text[i - 1] == '+');
    if (phone && of_length(all)) return true;
    i = at;
  }
  return false;
}

std::optional<Instant> parse_civil(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00";
  if (text.size() != kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kShape[i] == '0' ? !is_digit(text[i]) : text[i] != kShape[i]) return std::nullopt;
  }
  const auto at = parse_rfc3339(std::string(text) + ":00+07:00");
  return at ? std::optional(*at) : std::nullopt;
}

std::string civil(Instant at) {
  std::string text = format_local(at);
  std::replace(text.begin(), text.end(), ' ', 'T');
  return text;
}

std::vector<const Person*> deputies_of(const Directory& directory, std::string_view unit) {
  std::vector<const Person*> out;
  for (const Post& post : directory.content().posts) {
    if (post.unit != unit) continue;
    for (const std::string& id : post.deputies) {
      if (const Person* person = directory.person(id)) out.push_back(person);
    }
  }
  return out;
}

}  // namespace kip
