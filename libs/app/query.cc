#include "app/query.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/ascii.h"
#include "base/hash.h"
#include "config/reader.h"

namespace kip {
namespace {

constexpr std::size_t kLimitDefault = 100;
constexpr std::size_t kLimitMax = 1'000;

std::string hint(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? "" : "; nearest: " + near;
}

std::string list_of(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

Query::Query(const web::Request& request, std::vector<std::string> names) : request_(request) {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      wrong(name, names.empty()
                      ? "this route takes no parameters"
                      : "unknown parameter" + hint(name, names) + "; known: " + list_of(names));
    } else if (!seen.insert(name).second) {
      wrong(name, "given more than once");
    }
  }
}

std::optional<std::string> Query::text(std::string_view name) const {
  const auto value = request_.parameter(name);
  return value && !value->empty() ? std::optional(std::string(*value)) : std::nullopt;
}

std::optional<std::string> Query::word(std::string_view name, const std::vector<std::string>& words,
                                       std::string_view enum_prefix) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  std::string word = *value;
  if (!enum_prefix.empty() && word.starts_with(enum_prefix)) {
    word = ascii_lower(word.substr(enum_prefix.size()));
  }
  if (std::find(words.begin(), words.end(), word) != words.end()) return word;
  wrong(name, "is none of " + list_of(words) + hint(word, words));
  return std::nullopt;
}

std::optional<std::string> Query::unit(std::string_view name, const Registry& registry) {
  const auto value = text(name);
  if (!value || registry.unit_known(*value) || *value == kUnassigned) return value;
  std::vector<std::string> ids = {std::string(kUnassigned)};
  for (const Unit& unit : registry.units) ids.push_back(unit.id);
  wrong(name, "is no unit of the directory" + hint(*value, ids) + "; see /v1/units");
  return std::nullopt;
}

std::size_t Query::limit() {
  const auto value = text("limit");
  if (!value) return kLimitDefault;
  std::size_t limit = 0;
  const auto [end, ec] = std::from_chars(value->data(), value->data() + value->size(), limit);
  const bool whole = ec == std::errc() && end == value->data() + value->size();
  if (whole && limit >= 1 && limit <= kLimitMax) return limit;
  wrong("limit", "must be a whole number from 1 to " + std::to_string(kLimitMax));
  return kLimitDefault;
}

std::optional<std::string> Query::cursor() {
  const auto value = text("cursor");
  if (!value) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < value->size(); i += 2) {
    const int high = digit_of((*value)[i]);
    const int low = i + 1 < value->size() ? digit_of((*value)[i + 1]) : -1;
    if (high < 0 || low < 0) {
      wrong("cursor", "is not what `next` of an earlier answer said");
      return std::nullopt;
    }
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return bytes;
}

void Query::wrong(std::string_view name, const std::string& why) {
  errors_.emplace_back(name, why);
}

std::optional<web::Response> Query::refusal() const {
  if (errors_.empty()) return std::nullopt;
  const auto& [name, why] = errors_.front();
  return web::problem(400, "Wrong parameter", "`" + name + "` " + why, errors_);
}

std::string cursor_text(std::string_view bytes) { return hex(bytes); }

}  // namespace kip
