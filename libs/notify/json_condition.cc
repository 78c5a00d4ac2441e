#include "notify/json_condition.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "base/ascii.h"

namespace kip {
namespace {

namespace json = boost::json;

constexpr std::size_t kDepthMax = 32;

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool name_begins(char c) { return is_letter(c) || c == '_'; }
bool name_goes_on(char c) { return name_begins(c) || is_digit(c) || c == '-'; }

Error no_path(std::string_view text) {
  return invalid("'" + std::string(text) + "' is no path such as $.data[0].id");
}

bool same(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) {
    if (a.is_double() || b.is_double()) return a.to_number<double>() == b.to_number<double>();
    return a == b;  // whole numbers, signed or not, by value
  }
  return a == b;
}

}  // namespace

std::optional<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kDepthMax;
  boost::system::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return std::nullopt;
  return value;
}

Result<JsonPath> JsonPath::parse(std::string_view text) {
  JsonPath path;
  std::string_view rest = without_spaces(text);
  if (rest.empty() || rest.front() != '$') return no_path(text);
  rest.remove_prefix(1);
  while (!rest.empty()) {
    if (rest.front() == '.' && rest.size() > 1 && name_begins(rest[1])) {
      std::size_t end = 2;
      while (end < rest.size() && name_goes_on(rest[end])) ++end;
      path.steps_.emplace_back(std::string(rest.substr(1, end - 1)));
      rest.remove_prefix(end);
    } else if (rest.front() == '[') {
      std::size_t index = 0;
      const char* first = rest.data() + 1;
      const char* last = rest.data() + rest.size();
      const auto [end, ec] = std::from_chars(first, last, index);
      if (ec != std::errc() || end == last || *end != ']') return no_path(text);
      path.steps_.emplace_back(index);
      rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
    } else {
      return no_path(text);
    }
  }
  return path;
}

const json::value* JsonPath::find(const json::value& root) const {
  const json::value* at = &root;
  for (const auto& step : steps_) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      const json::object* object = at->if_object();
      at = object != nullptr ? object->if_contains(*name) : nullptr;
    } else {
      const json::array* array = at->if_array();
      at = array != nullptr ? array->if_contains(std::get<std::size_t>(step)) : nullptr;
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::optional<std::string> JsonPath::text(const json::value& root) const {
  const json::value* at = find(root);
  if (at == nullptr) return std::nullopt;
  if (at->is_string()) return std::string(at->get_string());
  if (at->is_number()) return json::serialize(*at);
  return std::nullopt;
}

Result<JsonCondition> JsonCondition::parse(std::string_view text) {
  const auto at = text.find_first_of("=!");
  if (at == std::string_view::npos || at + 1 >= text.size() || text[at + 1] != '=')
    return invalid("'" + std::string(text) + "' is no condition such as $.error == 0");
  auto path = JsonPath::parse(text.substr(0, at));
  if (!path) return path.error();
  const std::string_view literal = without_spaces(text.substr(at + 2));
  auto value = parse_json(literal);
  if (!value || value->is_object() || value->is_array())
    return invalid("'" + std::string(literal) +
                   "' is no number, no \"text\", and not true, false or null");
  JsonCondition out;
  out.words_ = without_spaces(text);
  out.path_ = *std::move(path);
  out.equal_ = text[at] == '=';
  out.literal_ = *std::move(value);
  return out;
}

bool JsonCondition::holds(const json::value& root) const {
  const json::value* at = path_.find(root);
  return at != nullptr && same(*at, literal_) == equal_;
}

std::string JsonCondition::found(const json::value& root) const {
  const json::value* at = path_.find(root);
  if (at == nullptr) return "nothing";
  if (at->is_string()) return "a text";
  if (at->is_object() || at->is_array()) return "no single value";
  return json::serialize(*at);
}

}  // namespace kip
