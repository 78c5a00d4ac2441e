#include "messages/templates.h"

#include <algorithm>
#include <array>

#include "messages/builtin.h"

namespace kip {
namespace {

constexpr std::array<std::string_view, 2> kLanguages = {"vi", "en"};
constexpr std::array<std::string_view, kMessageKindCount> kKinds = {"alerts", "digest", "test"};
constexpr std::array<std::string_view, kFormCount> kForms = {"subject", "text", "html", "zalo",
                                                             "sms"};

}  // namespace

std::string template_name(Language language, MessageKind kind, Form form) {
  return std::string(kLanguages.at(static_cast<std::size_t>(language))) + "/" +
         std::string(kKinds.at(static_cast<std::size_t>(kind))) + "." +
         std::string(kForms.at(static_cast<std::size_t>(form))) + ".mustache";
}

std::string letter_name(Form form) {
  return "vi/apology." + std::string(kForms.at(static_cast<std::size_t>(form))) + ".mustache";
}

std::vector<std::string> template_names() {
  std::vector<std::string> names;
  for (std::size_t l = 0; l < kLanguages.size(); ++l) {
    for (std::size_t k = 0; k < kKinds.size(); ++k) {
      for (std::size_t f = 0; f < kForms.size(); ++f) {
        names.push_back(template_name(static_cast<Language>(l), static_cast<MessageKind>(k),
                                      static_cast<Form>(f)));
      }
    }
  }
  for (const Form form : kLetterForms) names.push_back(letter_name(form));
  return names;
}

Templates::Templates() {
  for (const std::string& name : template_names()) {
    const auto shipped = shipped_templates().find(name);
    KIP_CHECK(shipped != shipped_templates().end());
    texts_.emplace(name, shipped->second);
  }
}

Templates Templates::read(const std::map<std::string, std::string>& texts, Problems& problems) {
  Templates templates;
  const std::vector<std::string> names = template_names();
  for (const auto& [name, text] : texts) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      problems.push_back({std::string(kTemplateFolder) + "/" + name, 0, "",
                          "is no template of Kịp" + nearest_hint(name, names)});
      continue;
    }
    const std::size_t before = problems.size();
    judge_template(name, text, problems);
    if (problems.size() == before) templates.texts_.insert_or_assign(name, text);
  }
  return templates;
}

const std::string& Templates::text(Language language, MessageKind kind, Form form) const {
  return texts_.at(template_name(language, kind, form));
}

const std::string& Templates::letter(Form form) const { return texts_.at(letter_name(form)); }

}  // namespace kip
