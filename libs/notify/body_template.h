#pragma once
// The body of a request from a template of the configuration: mustache, with each value escaped for
// where it stands, so that no text of a message can break out of its place.
//
//   auto body = BodyTemplate::parse(R"({"to":"{{recipient}}","text":"{{text}}"})",
//                                   BodyForm::kJson, names);
//   std::string bytes = body->render(values);
//
// Known are {{name}}, {{#name}}, {{^name}}, {{/name}} and comments; what would leave a value
// unescaped, set other delimiters or include a file is refused when the template is read. A section
// shows where its name has a value that is not empty. Immutable; any thread.

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kip {

enum class BodyForm { kJson, kForm };  // kForm: application/x-www-form-urlencoded

using TemplateValues = std::map<std::string, std::string>;

class BodyTemplate {
 public:
  // `names`: what a template may name; one that ends with a dot stands for all names below it
  // ("fields."). kInvalid says what is wrong, and where it is a name, the nearest.
  static Result<BodyTemplate> parse(const std::string& text, BodyForm form,
                                    const std::vector<std::string>& names);
  std::string render(const TemplateValues& values) const;
  const std::vector<std::string>& names() const { return names_; }  // those that it names

 private:
  std::string text_;
  std::vector<std::string> names_;
  BodyForm form_ = BodyForm::kJson;
};

std::string json_escaped(std::string_view text);  // without the quotes around it
std::string form_escaped(std::string_view text);

}  // namespace kip
