#include "web/text.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "base/utf8.h"

namespace kip::web {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

// What stands before `mark`; `rest` goes on behind it.
std::string_view cut(std::string_view& rest, char mark) {
  const auto at = rest.find(mark);
  const std::string_view part = trimmed(rest.substr(0, at));
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return part;
}

// "0.8" -> 800; nullopt: no weight.
std::optional<int> weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int weight = (text[0] - '0') * 1000, place = 100;
  for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (!is_digit(c)) return std::nullopt;
    weight += (c - '0') * place;
    place /= 10;
  }
  return weight <= 1000 ? std::optional(weight) : std::nullopt;
}

struct Range {
  std::string name;  // "text/html", "text/*", "*/*"
  int weight = 1000;
};

std::optional<Range> range_of(std::string_view text) {
  Range range{ascii_lower(cut(text, ';'))};
  if (range.name.find('/') == std::string::npos) return std::nullopt;
  while (!text.empty()) {
    std::string_view parameter = cut(text, ';');
    if (ascii_lower(cut(parameter, '=')) != "q") continue;
    const auto weight = weight_of(trimmed(parameter));
    if (!weight) return std::nullopt;
    range.weight = *weight;
  }
  return range;
}

}  // namespace

std::optional<std::size_t> preferred(std::string_view accept,
                                     std::span<const std::string_view> offered) {
  std::vector<Range> ranges;
  for (std::string_view rest = accept; !rest.empty();) {
    if (auto range = range_of(cut(rest, ','))) ranges.push_back(std::move(*range));
  }
  if (ranges.empty()) return 0;
  std::optional<std::size_t> best;
  int best_weight = 0;
  for (std::size_t i = 0; i < offered.size(); ++i) {
    const std::string_view type = offered[i].substr(0, offered[i].find('/'));
    int weight = 0, closest = 0;  // the closest range counts, not the heaviest
    for (const Range& range : ranges) {
      const int close = range.name == offered[i]                 ? 3
                        : range.name == std::string(type) + "/*" ? 2
                        : range.name == "*/*"                    ? 1
                                                                 : 0;
      if (close > closest) {
        closest = close;
        weight = range.weight;
      }
    }
    if (weight > best_weight) {
      best = i;
      best_weight = weight;
    }
  }
  return best;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  if (!utf8_valid(out)) return std::nullopt;
  return out;
}

}  // namespace kip::web
