#include "messages/tags.h"

#include <algorithm>

namespace kip {
namespace {

constexpr std::string_view kSpace = " \t\r";

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

TagKind kind_of(char mark) {
  switch (mark) {
    case '#':
      return TagKind::kSection;
    case '^':
      return TagKind::kInverted;
    case '/':
      return TagKind::kEnd;
    case '!':
      return TagKind::kComment;
    case '>':
      return TagKind::kPartial;
    case '=':
      return TagKind::kDelimiter;
    case '&':
      return TagKind::kUnescaped;
    default:
      return TagKind::kVariable;
  }
}

// Its last byte is before `end`, where the line ends.
Tag tag_at(const std::string& text, std::size_t begin, std::size_t end, int line) {
  Tag tag;
  tag.line = line;
  tag.begin = begin;
  const bool three = text.compare(begin, 3, "{{{") == 0;
  const std::string_view close = three ? "}}}" : "}}";
  const std::size_t from = begin + close.size();
  const std::size_t to = text.find(close, from);
  if (to == std::string::npos || to >= end) {
    tag.kind = TagKind::kUnclosed;
    tag.name = trimmed(text.substr(from, std::min<std::size_t>(end - std::min(from, end), 40)));
    tag.end = end;
    return tag;
  }
  tag.end = to + close.size();
  tag.name = trimmed(text.substr(from, to - from));
  tag.kind = three ? TagKind::kUnescaped : kind_of(tag.name.empty() ? '\0' : tag.name[0]);
  if (!three && tag.kind != TagKind::kVariable) tag.name = trimmed(tag.name.substr(1));
  return tag;
}

bool leaves_nothing(TagKind kind) {
  return kind == TagKind::kSection || kind == TagKind::kInverted || kind == TagKind::kEnd ||
         kind == TagKind::kComment;
}

}  // namespace

std::vector<Tag> tags_of(const std::string& text) {
  std::vector<Tag> tags;
  int line = 1;
  for (std::size_t at = 0; at < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    for (std::size_t begin = text.find("{{", at); begin < end; begin = text.find("{{", at)) {
      tags.push_back(tag_at(text, begin, end, line));
      at = tags.back().end;
    }
    at = end + 1;
  }
  return tags;
}

std::string prepared(const std::string& text) {
  const std::vector<Tag> tags = tags_of(text);
  std::string out;
  std::size_t next_tag = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string alone;
    std::size_t from = at;
    bool only_tags = next_tag < tags.size() && tags[next_tag].begin < end;
    for (; next_tag < tags.size() && tags[next_tag].begin < end; ++next_tag) {
      const Tag& tag = tags[next_tag];
      only_tags = only_tags && leaves_nothing(tag.kind) &&
                  trimmed(text.substr(from, tag.begin - from)).empty();
      alone += text.substr(tag.begin, tag.end - tag.begin);
      from = tag.end;
    }
    only_tags = only_tags && trimmed(text.substr(from, end - from)).empty();
    std::string whole = text.substr(at, end - at);
    std::erase(whole, '\r');
    out += only_tags ? alone : whole;
    if (!only_tags && end < text.size()) out += kLineBreak;
    at = end + 1;
  }
  return out;
}

}  // namespace kip
