#include "messages/samples.h"

#include <array>
#include <set>

#include "messages/apology.h"
#include "messages/templates.h"
#include "messages/text.h"
#include "messages/wording.h"

namespace kip {
namespace {

constexpr std::size_t kStorm = 60;

MessageEntry entry(std::size_t n, RuleId rule, Why why, const Message& to) {
  MessageEntry e;
  e.alert.alert_id = "sample-" + std::to_string(n);
  e.alert.subject = "MAU-" + std::to_string(n);
  e.alert.rule = rule_name(rule);
  e.alert.level = rule == RuleId::kOverdue ? AlertLevel::kCritical : AlertLevel::kWarning;
  e.alert.kind = static_cast<Kind>(n % kKindCount);
  e.alert.title = "Việc mẫu <" + std::to_string(n) + "> & “thử”";
  e.alert.reason = "Câu lý do của cảnh báo, 84 %.";
  e.alert.unit_id = to.desk;
  e.alert.focus = n % 5 == 0;
  const auto away = std::chrono::days{rule == RuleId::kOverdue ? -2 : 2};
  if (n % 7 != 6) e.alert.due_at = to.at + away;
  e.alert.allowed = work_hours(80);
  e.why = why;
  const bool from_below = why == Why::kEscalated || why == Why::kNotMine || why == Why::kHelpWanted;
  if (from_below) e.from_unit = to.desk;
  if (why == Why::kEscalated) e.told_at = to.at - std::chrono::hours{5};
  if (why == Why::kPromiseBroken) e.promised_at = to.at - std::chrono::days{1};
  return e;
}

Message to_somebody(MessageKind kind, const Registry& registry, const Directory& directory,
                    Instant at) {
  Message m;
  m.kind = kind;
  m.at = at;
  m.level = AlertLevel::kCritical;
  if (!registry.units.empty()) m.desk = registry.units.front().id;
  for (const Unit& unit : registry.units) {
    const Recipient to = directory.recipient(unit.id, at);
    if (to.person == nullptr || to.reason == RecipientReason::kDutyOffice) continue;
    m.desk = unit.id;
    m.person = to.person->id;
    break;
  }
  return m;
}

// One of which all is known, and one of which nothing is.
std::vector<Apology> sample_letters(const Registry& registry, Instant at) {
  const auto day = local_day(at);
  Apology little;
  little.item_id = "MAU-<1>";
  little.authority = "Ủy ban nhân dân " + registry.ward.name;
  little.place = registry.ward.name;
  little.old_due = little.due = little.now = at;
  little.first_day = day + std::chrono::days{1};
  Apology full = little;
  full.procedure = "Thủ tục mẫu <1> & “thử”";
  full.received = day;
  full.late = full.provisional = true;
  full.reason = "hồ sơ đang ở khâu “Thẩm định”";
  full.new_due = NewDue{full.first_day, work_hours(8), at};
  full.due = at + std::chrono::hours{1};
  full.moved = full.moves_max = 1;
  little.moves_max = 1;
  return {little, full};
}

void check_letters(const Templates& templates, const Registry& registry, Instant at,
                   Problems& problems) {
  for (const Form form : kLetterForms) {
    const std::string file = std::string(kTemplateFolder) + "/" + letter_name(form);
    for (const Apology& letter : sample_letters(registry, at)) {
      const std::string said =
          word_apology(letter, {"/items/MAU-1", apology_notes(letter)}, templates, form);
      const std::string wrong = form == Form::kHtml ? html_problem(said)
                                : said.empty() ? "comes out empty for a letter that it must word"
                                               : "";
      if (wrong.empty()) continue;
      problems.push_back({file, 1, "", wrong});
      break;
    }
  }
}

}  // namespace

std::vector<Message> sample_messages(const Registry& registry, const Directory& directory,
                                     Instant at) {
  std::vector<Message> out;
  for (std::size_t w = 0; w <= static_cast<std::size_t>(Why::kLiveStart); ++w) {
    Message m = to_somebody(MessageKind::kAlerts, registry, directory, at);
    const bool critical = w % 2 == 0;
    m.entries.push_back(
        entry(w, critical ? RuleId::kOverdue : RuleId::kDueSoon, static_cast<Why>(w), m));
    m.entries.push_back(entry(w, RuleId::kBehindPlan, static_cast<Why>(w), m));
    if (critical) m.answer_by = at + std::chrono::hours{4};
    if (w % 3 == 0) m.on_behalf_of = m.person;
    out.push_back(m);
  }
  Message storm = to_somebody(MessageKind::kAlerts, registry, directory, at);
  for (std::size_t i = 0; i < kStorm; ++i) {
    storm.entries.push_back(
        entry(i, static_cast<RuleId>(i % kRuleCount), static_cast<Why>(i % 3), storm));
  }
  storm.answer_by = at + std::chrono::hours{4};
  out.push_back(storm);

  const Message calm = to_somebody(MessageKind::kDigest, registry, directory, at);
  Message full = calm;
  for (std::size_t i = 0; i < kStorm; ++i) {
    const MessageEntry one = entry(i, static_cast<RuleId>(i % kRuleCount), Why::kDigestOnly, full);
    full.digest.open.push_back(one);
    full.digest.promised.push_back(one);
    full.digest.promised.back().promised_at = at + std::chrono::hours{3};
    full.digest.below.push_back(one);
    full.digest.resolved.push_back(one.alert);
  }
  out.push_back(calm);
  out.push_back(full);
  out.push_back(to_somebody(MessageKind::kTest, registry, directory, at));
  return out;
}

void check_samples(const Templates& templates, const Registry& registry, const Directory& directory,
                   const Calendars& calendars, Instant at, Problems& problems) {
  check_letters(templates, registry, at, problems);
  std::set<std::pair<std::string, std::string>> said;  // each mistake once
  const std::vector<Message> samples = sample_messages(registry, directory, at);
  for (const Language language : {Language::kVietnamese, Language::kEnglish}) {
    for (const bool full : {false, true}) {
      Wording wording{registry, directory, calendars, templates};
      wording.language = language;
      if (full) {
        wording.base_url = "https://kip.example";
        wording.link = "https://kip.example/x/7Q2M";
        wording.link_until = at + std::chrono::days{2};
        wording.data_as_of = at - std::chrono::minutes{2};
        wording.counts = {{1, 2, 3, 4, 5}};
      }
      for (const Message& message : samples) {
        const auto wrong = [&](Form form, const std::string& what) {
          const std::string file =
              std::string(kTemplateFolder) + "/" + template_name(language, message.kind, form);
          if (said.emplace(file, what).second) problems.push_back({file, 1, "", what});
        };
        const Worded words = word_message(message, wording);
        const std::array<std::string_view, kFormCount> texts = {
            words.subject, words.text, words.html, words.fields.at("zalo"), words.fields.at("sms")};
        for (std::size_t f = 0; f < kFormCount; ++f) {
          if (plain_text(texts.at(f)).empty()) {
            wrong(static_cast<Form>(f), "comes out empty for a message that it must word");
          }
        }
        const std::string shape = html_problem(words.html);
        if (!shape.empty()) wrong(Form::kHtml, shape);
      }
    }
  }
}

}  // namespace kip
