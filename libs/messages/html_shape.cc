// Does an HTML text close what it opens? Mail programs show half of what does not.

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "messages/templates.h"

namespace kip {
namespace {

constexpr std::array<std::string_view, 7> kVoid = {"br",   "hr",   "img", "input",
                                                   "link", "meta", "wbr"};

std::string lower_name(std::string_view from) {
  std::string name;
  for (const char c : from) {
    if (!is_letter(c) && !is_digit(c)) break;
    name += ascii_lower(c);
  }
  return name;
}

// Behind the `>` of the tag that begins at `at`; npos: none. A `>` in quotes is none.
std::size_t tag_end(std::string_view html, std::size_t at) {
  char quote = 0;
  for (; at < html.size(); ++at) {
    const char c = html[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::string html_problem(std::string_view html) {
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    const std::string_view rest = html.substr(at + 1);
    const bool closes = rest.starts_with('/');
    const std::string name = lower_name(rest.substr(closes ? 1 : 0));
    const bool comment = rest.starts_with("!--");
    if (name.empty() && !rest.starts_with('!')) return "a < that begins no tag: write &lt;";
    const std::size_t close = html.find("-->", at);
    const std::size_t end = !comment                          ? tag_end(html, at)
                            : close == std::string_view::npos ? close
                                                              : close + 3;
    if (end == std::string_view::npos) return "<" + name + " has no >";
    at = end;
    if (rest.starts_with('!') || std::find(kVoid.begin(), kVoid.end(), name) != kVoid.end()) {
      continue;
    }
    if (!closes) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "</" + name + "> closes " + (open.empty() ? "nothing" : "<" + open.back() + ">");
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + "> is not closed";
}

}  // namespace kip
