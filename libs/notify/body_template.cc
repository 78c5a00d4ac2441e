#include "notify/body_template.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <kainjow/mustache.hpp>

#include "base/ascii.h"
#include "config/reader.h"

namespace kip {
namespace {

namespace mustache = kainjow::mustache;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

bool known(std::string_view name, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& one) {
    return one.ends_with('.') ? name.starts_with(one) && name.size() > one.size() : name == one;
  });
}

// One tag, what stands between the braces: the name in it; empty: a comment.
Result<std::string> judge_tag(std::string_view tag, const std::vector<std::string>& names) {
  const std::string shown = "{{" + std::string(tag) + "}}";
  if (tag.empty()) return invalid("{{}} names nothing");
  if (tag.front() == '!') return std::string();
  if (tag.front() == '{' || tag.front() == '&')
    return invalid(shown + "} would put a text in unescaped: write {{name}}");
  if (tag.front() == '>' || tag.front() == '=')
    return invalid(shown + ": parts and other delimiters are not known here");
  const bool section = tag.front() == '#' || tag.front() == '^' || tag.front() == '/';
  const std::string_view name = trimmed(section ? tag.substr(1) : tag);
  if (!known(name, names))
    return invalid("{{" + std::string(name) + "}} is no value" + nearest_hint(name, names));
  return std::string(name);
}

mustache::data data_of(const TemplateValues& values) {
  mustache::data root;
  std::map<std::string, mustache::data> below;
  for (const auto& [name, value] : values) {
    const auto dot = name.find('.');
    // What is empty is false for a section, and empty where it is shown.
    mustache::data leaf = value.empty() ? mustache::data(false) : mustache::data(value);
    if (dot == std::string::npos) {
      root.set(name, leaf);
    } else {
      below[name.substr(0, dot)].set(name.substr(dot + 1), leaf);
    }
  }
  for (const auto& [name, data] : below) root.set(name, data);
  return root;
}

}  // namespace

std::string json_escaped(std::string_view text) {
  const std::string quoted = boost::json::serialize(boost::json::string(text));
  return quoted.substr(1, quoted.size() - 2);
}

std::string form_escaped(std::string_view text) { return percent_encoded(text, "-._~"); }

Result<BodyTemplate> BodyTemplate::parse(const std::string& text, BodyForm form,
                                         const std::vector<std::string>& names) {
  BodyTemplate out;
  for (std::size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", at)) {
    const auto end = text.find("}}", at + 2);
    if (end == std::string::npos) return invalid("a {{ has no }}");
    const auto name = judge_tag(std::string_view(text).substr(at + 2, end - at - 2), names);
    if (!name) return name.error();
    if (!name->empty()) out.names_.push_back(*name);
    at = end + 2;
  }
  const mustache::mustache checked(text);
  if (!checked.is_valid()) return invalid(checked.error_message());
  out.text_ = text;
  out.form_ = form;
  return out;
}

std::string BodyTemplate::render(const TemplateValues& values) const {
  // Its renderer may not be shared by threads, and parsing takes microseconds.
  mustache::mustache renderer(text_);
  renderer.set_custom_escape(form_ == BodyForm::kJson
                                 ? [](const std::string& value) { return json_escaped(value); }
                                 : [](const std::string& value) { return form_escaped(value); });
  return renderer.render(data_of(values));
}

}  // namespace kip
