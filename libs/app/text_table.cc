#include "app/text_table.h"

#include <algorithm>

#include "messages/text.h"

namespace kip {
namespace {

constexpr std::size_t kNameWidth = 20;
constexpr std::size_t kLineWidth = 100;

// In columns of a terminal: each letter of ours takes one.
std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::size_t has = characters(text);
  const std::string space(width > has ? width - has : 0, ' ');
  return right ? space + text : text + space;
}

}  // namespace

std::string aligned(const std::vector<TextRow>& rows) {
  std::vector<std::size_t> widths = {kNameWidth};
  for (const TextRow& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], characters(row[i]));
    }
  }
  std::string out;
  for (const TextRow& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += (i == 0 ? "" : "  ") + padded(row[i], widths[i], i > 0);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string wrapped(const std::string& text) {
  std::string out;
  std::size_t width = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    const std::size_t wide = characters(word);
    if (width > 0) {
      const bool fits = width + 1 + wide <= kLineWidth;
      out += fits ? " " : "\n";
      width = fits ? width + 1 : 0;
    }
    out += word;
    width += wide;
    begin = end + 1;
  }
  return out + "\n";
}

}  // namespace kip
