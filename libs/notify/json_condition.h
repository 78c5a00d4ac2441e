#pragma once
// What a gateway's JSON answer must say, in one line:
//
//   condition = path ("==" | "!=") literal
//   path      = "$" *( "." name / "[" index "]" )        name: a letter or _, then also digits and
//   - literal   = JSON number / string / true / false / null
//
//   JsonCondition ok = *JsonCondition::parse("$.error == 0");
//   ok.holds(answer)
//
// A path that leads nowhere satisfies neither == nor !=: silence is no yes. Pure; any thread.

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace kip {

class JsonPath {
 public:
  static Result<JsonPath> parse(std::string_view text);
  // Null: the path leads nowhere.
  const boost::json::value* find(const boost::json::value& root) const;
  // A text, or a number in decimal (some gateways send "90000", others 90000).
  std::optional<std::string> text(const boost::json::value& root) const;

 private:
  std::vector<std::variant<std::string, std::size_t>> steps_;
};

class JsonCondition {
 public:
  static Result<JsonCondition> parse(std::string_view text);
  bool holds(const boost::json::value& root) const;
  const std::string& words() const { return words_; }  // as it was written
  // What stands there: a number, true, false, null; texts are not repeated, they may hold anything.
  std::string found(const boost::json::value& root) const;

 private:
  std::string words_;
  JsonPath path_;
  bool equal_ = true;
  boost::json::value literal_;
};

// At most 32 deep; nullopt: no JSON.
std::optional<boost::json::value> parse_json(std::string_view text);

}  // namespace kip
