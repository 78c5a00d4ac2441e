#include "messages/text.h"

#include <algorithm>
#include <map>

#include "base/utf8.h"

namespace kip {
namespace {

// The next character; bytes that are none are passed over. Empty: the end.
std::string_view next(std::string_view& rest) {
  while (!rest.empty()) {
    const std::size_t n = utf8_front(rest);
    const std::string_view c = rest.substr(0, std::max<std::size_t>(n, 1));
    rest.remove_prefix(c.size());
    if (n > 0) return c;
  }
  return {};
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

// Controls, marks of direction, what has no width: nothing of it is to be read.
bool is_unseen(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x61C || c == 0xFEFF ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || (c >= 0xFFF9 && c <= 0xFFFB) || c >= 0xE0000;
}

const std::map<char32_t, std::string>& plain_letters() {
  static const std::map<char32_t, std::string> kLetters = [] {
    const std::map<std::string, std::string_view> groups = {
        {"a", "àáảãạăằắẳẵặâầấẩẫậäå"},
        {"e", "èéẻẽẹêềếểễệë"},
        {"i", "ìíỉĩịï"},
        {"o", "òóỏõọôồốổỗộơờớởỡợö"},
        {"u", "ùúủũụưừứửữựü"},
        {"y", "ỳýỷỹỵ"},
        {"d", "đ"},
        {"A", "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÄÅ"},
        {"E", "ÈÉẺẼẸÊỀẾỂỄỆË"},
        {"I", "ÌÍỈĨỊÏ"},
        {"O", "ÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÖ"},
        {"U", "ÙÚỦŨỤƯỪỨỬỮỰÜ"},
        {"Y", "ỲÝỶỸỴ"},
        {"D", "Đ"},
        {"\"", "“”„«»"},
        {"'", "‘’‚`´"},
        {"-", "–—‑−•·"},
        {"...", "…"},
        {" ", "\u00a0\u202f\u2009"},
    };
    std::map<char32_t, std::string> letters;
    for (const auto& [plain, marked] : groups) {
      std::string_view rest = marked;
      while (!rest.empty()) letters[utf8_code(next(rest))] = plain;
    }
    return letters;
  }();
  return kLetters;
}

}  // namespace

std::string plain_text(std::string_view text) {
  static constexpr std::string_view kNoBreak = "\u00a0";
  std::string out;
  bool gap = false;
  while (true) {
    const std::string_view c = next(text);
    if (c.empty()) break;
    const char32_t code = utf8_code(c);
    if (is_space(code)) {
      gap = true;
    } else if (!is_unseen(code)) {
      if (gap && !out.empty()) {
        const bool figure = out.back() >= '0' && out.back() <= '9';
        out += figure && code == '%' ? kNoBreak : " ";
      }
      gap = false;
      out += c;
    }
  }
  return out;
}

std::size_t characters(std::string_view text) {
  std::size_t n = 0;
  while (!next(text).empty()) ++n;
  return n;
}

std::string shortened(std::string_view text, std::size_t characters_max) {
  if (characters(text) <= characters_max) return std::string(text);
  if (characters_max == 0) return "";
  std::string out;
  for (std::size_t n = 1; n < characters_max; ++n) out += next(text);
  // Not in the middle of a word, where one ends near.
  const std::size_t gap = text.starts_with(' ') ? std::string::npos : out.rfind(' ');
  if (gap != std::string::npos && characters(std::string_view(out).substr(gap)) < 12) {
    out.erase(gap);
  }
  while (!out.empty() && std::string_view(" ,;:.").find(out.back()) != std::string_view::npos) {
    out.pop_back();
  }
  return out + "…";
}

std::string without_accents(std::string_view text) {
  std::string out;
  while (true) {
    const std::string_view c = next(text);
    if (c.empty()) break;
    const auto letter = plain_letters().find(utf8_code(c));
    if (letter != plain_letters().end()) {
      out += letter->second;
    } else if (c.size() == 1 && (c[0] >= 0x20 || c[0] == '\n') && c[0] != 0x7F) {
      out += c;
    }
  }
  return out;
}

std::string capitals(std::string_view text) {
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view c = next(rest);
    if (c.empty()) break;
    char32_t code = utf8_code(c);
    const bool latin_1 = code >= 0xE0 && code <= 0xFE && code != 0xF7;
    // Beyond it the letters of Vietnamese stand in pairs, the capital before the small one.
    const bool pairs = (code >= 0x100 && code < 0x130) || (code >= 0x168 && code < 0x178) ||
                       code == 0x1A1 || (code >= 0x1EA0 && code <= 0x1EF9);
    if ((code >= 'a' && code <= 'z') || latin_1) {
      code -= 0x20;
    } else if (code == 0x1B0 || (pairs && code % 2 == 1)) {
      code -= 1;
    } else {
      out += c;
      continue;
    }
    utf8_append(code, out);
  }
  return out;
}

std::string html_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";  // old mail programs do not know &apos;
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string safe_link(std::string_view link) {
  static constexpr std::string_view kNever = "\"'<>\\^`{|}";
  const bool web = link.starts_with("https://") || link.starts_with("http://");
  const std::size_t host = link.find("//") + 2;
  if (!web || link.size() <= host || link.size() > 2000) return "";
  const bool fit = std::all_of(link.begin(), link.end(), [](char c) {
    return c > 0x20 && c < 0x7F && kNever.find(c) == std::string_view::npos;
  });
  return fit ? std::string(link) : "";
}

}  // namespace kip
