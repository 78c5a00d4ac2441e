// The strict check of one template. The library renders what it does not know as nothing; a
// template that says nothing where it should must be found before a message goes out.

#include <algorithm>

#include "messages/placeholders.h"
#include "messages/tags.h"
#include "messages/templates.h"
#include "messages/text.h"

namespace kip {
namespace {

struct Open {
  Tag tag;
  Slot slot = Slot::kText;
};

const Placeholder* found(const std::vector<Placeholder>& known, std::string_view name) {
  const auto at =
      std::find_if(known.begin(), known.end(), [&](const auto& p) { return p.name == name; });
  return at == known.end() ? nullptr : &*at;
}

class Judge {
 public:
  Judge(const std::string& name, const std::vector<Placeholder>& known, bool html,
        Problems& problems)
      : name_(name), known_(known), html_(html), problems_(problems) {}

  void tag(const Tag& tag) {
    switch (tag.kind) {
      case TagKind::kComment:
        return;
      case TagKind::kUnclosed:
        return say(tag, "a tag is not closed with }} on its line");
      case TagKind::kPartial:
        return say(tag, "other files cannot be taken in with {{> }}");
      case TagKind::kDelimiter:
        return say(tag, "the delimiters stay {{ and }}");
      case TagKind::kUnescaped:
        if (html_) return say(tag, "unescaped in HTML: write {{" + tag.name + "}}");
        return variable(tag);
      case TagKind::kVariable:
        return variable(tag);
      case TagKind::kSection:
      case TagKind::kInverted:
        return begin(tag);
      case TagKind::kEnd:
        return end(tag);
    }
  }
  void done() {
    for (const Open& open : open_) say(open.tag, "the section is not closed");
  }

 private:
  void say(const Tag& tag, const std::string& message) {
    problems_.push_back({name_, tag.line, tag.name, message});
  }

  const Placeholder* look_up(const Tag& tag) {
    const bool in_rows = std::any_of(open_.begin(), open_.end(),
                                     [](const Open& o) { return o.slot == Slot::kRows; });
    const Placeholder* p = in_rows ? found(row_placeholders(), tag.name) : nullptr;
    if (p == nullptr) p = found(known_, tag.name);
    if (p != nullptr) return p;
    std::vector<std::string> names;
    for (const auto& known : known_) names.emplace_back(known.name);
    if (in_rows) {
      for (const auto& known : row_placeholders()) names.emplace_back(known.name);
    } else if (found(row_placeholders(), tag.name) != nullptr) {
      say(tag, "stands only inside a list of items");
      return nullptr;
    }
    say(tag, "unknown placeholder" + nearest_hint(tag.name, names));
    return nullptr;
  }

  void variable(const Tag& tag) {
    if (tag.name == ".") {
      const bool texts = !open_.empty() && open_.back().slot == Slot::kTexts;
      if (!texts) say(tag, "{{.}} stands only inside a list of texts");
      return;
    }
    const Placeholder* p = look_up(tag);
    if (p != nullptr && p->slot != Slot::kText) {
      say(tag, "is no text: write {{#" + tag.name + "}}…{{/" + tag.name + "}}");
    }
  }

  void begin(const Tag& tag) {
    const Placeholder* p = look_up(tag);
    const bool lists = p != nullptr && tag.kind == TagKind::kSection;
    open_.push_back({tag, lists ? p->slot : Slot::kFlag});
  }

  void end(const Tag& tag) {
    if (open_.empty()) return say(tag, "closes a section that is not open");
    if (open_.back().tag.name != tag.name) {
      return say(tag, "closes another section than the open one, '" + open_.back().tag.name +
                          "' of line " + std::to_string(open_.back().tag.line));
    }
    open_.pop_back();
  }

  const std::string& name_;
  const std::vector<Placeholder>& known_;
  bool html_;
  Problems& problems_;
  std::vector<Open> open_;
};

struct Parts {
  const std::vector<Placeholder>& known;
  Form form;
};

// "vi/alerts.html.mustache" -> of alerts, html. The name is one of template_names().
Parts parts_of(const std::string& name) {
  for (const Form form : kLetterForms) {
    if (letter_name(form) == name) return {letter_placeholders(), form};
  }
  for (std::size_t k = 0; k < kMessageKindCount; ++k) {
    for (std::size_t f = 0; f < kFormCount; ++f) {
      const auto kind = static_cast<MessageKind>(k);
      const auto form = static_cast<Form>(f);
      if (template_name(Language::kVietnamese, kind, form).substr(3) == name.substr(3)) {
        return {placeholders(kind), form};
      }
    }
  }
  KIP_CHECK(false);
}

}  // namespace

void judge_template(const std::string& name, const std::string& text, Problems& problems) {
  const auto [known, form] = parts_of(name);
  const std::string file = std::string(kTemplateFolder) + "/" + name;
  const auto say = [&](int line, const std::string& message) {
    problems.push_back({file, line, "", message});
  };
  if (text.size() > kTemplateBytesMax) return say(1, "more than 64 KiB");
  if (plain_text(text).empty()) return say(1, "is empty");
  Judge judge(file, known, form == Form::kHtml, problems);
  for (const Tag& tag : tags_of(text)) judge.tag(tag);
  judge.done();
  const auto last = text.find_last_not_of(" \t\r\n");
  const auto line_break = text.find('\n', text.find_first_not_of(" \t\r\n"));
  if (form == Form::kSubject && line_break < last) say(2, "a subject is one line");
}

}  // namespace kip
