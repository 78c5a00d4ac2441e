#pragma once
// The target of a request: "/v1/items/h%2F1?status=open" taken apart and decoded. Raw UTF-8 is read
// as well as encoded, since not every publisher encodes. Pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "web/server.h"

namespace kip::web {

struct Target {
  std::vector<std::string> segments;  // decoded one by one, so that %2F is no border
  std::string path;                   // the segments joined again
  Fields query;                       // '+' is a space; no '=': the value is empty
};

// Takes the origin form, and the absolute form as a proxy sends it (its host is not looked at).
// kInvalid: neither, or a '%' without two hex digits, bytes that are no UTF-8, control characters
// in the path, a fragment.
Result<Target> parse_target(std::string_view target);

// "/a/{b}" -> {"a", "{b}"}, "/" -> {""}; kInvalid without the slash in front.
Result<std::vector<std::string>> split_path(std::string_view path);

}  // namespace kip::web
