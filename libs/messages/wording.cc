#include "messages/wording.h"

#include "messages/render.h"
#include "messages/text.h"

namespace kip {
namespace {

constexpr std::size_t kSubjectCharacters = 160;

Language language_of(const Message& message, const Wording& wording) {
  if (wording.language) return *wording.language;
  const Person* person = wording.directory.person(message.person);
  return person == nullptr ? wording.registry.ward.language : person->language;
}

}  // namespace

Worded word_message(const Message& message, const Wording& wording) {
  const Words words(language_of(message, wording), message.at);
  const Slots slots = slots_of(message, words, wording);
  const auto text = [&](Form form) -> const std::string& {
    return wording.templates.text(words.language(), message.kind, form);
  };
  const auto filled = [&](Form form) {
    return render(text(form), message.kind, form, slots, words);
  };
  Worded said;
  said.subject = shortened(filled(Form::kSubject), kSubjectCharacters);
  said.text = filled(Form::kText);
  said.html = filled(Form::kHtml);
  for (const char* name : {"unit", "role", "count", "overdue", "at_risk", "most_urgent", "due",
                           "remaining", "link", "answer_by", "superior"}) {
    const auto slot = slots.texts.find(name);
    said.fields[name] = slot == slots.texts.end() ? "" : slot->second;
  }
  said.fields["zalo"] = render_zalo(text(Form::kZalo), message.kind, slots, words);
  said.fields["sms"] = render_sms(text(Form::kSms), message.kind, slots, words);
  return said;
}

std::map<LocalDay, std::string> day_names(const std::string& calendar_yaml) {
  Problems unread;
  std::map<LocalDay, std::string> names;
  Reader root = Reader::parse("calendar.yaml", calendar_yaml, unread);
  for (Reader& r : root.optional_sections("days")) {
    const auto day = parse_day(r.optional_text("date").value_or(""));
    const auto working = r.optional_flag("working");
    if (day && working && !*working) names[*day] = r.optional_text("name").value_or("");
  }
  return names;
}

}  // namespace kip
