#pragma once
// The tags of a mustache text, for the check and for what is done before it is rendered. Pure.

#include <string>
#include <vector>

namespace kip {

enum class TagKind : std::uint8_t {
  kVariable,   // {{name}}
  kUnescaped,  // {{{name}}} and {{&name}}
  kSection,    // {{#name}}
  kInverted,   // {{^name}}
  kEnd,        // {{/name}}
  kComment,    // {{! }}
  kPartial,    // {{> }}
  kDelimiter,  // {{= =}}
  kUnclosed,   // without its }} on the same line
};

struct Tag {
  TagKind kind = TagKind::kVariable;
  std::string name;
  int line = 0;                    // 1 is the first
  std::size_t begin = 0, end = 0;  // bytes of the text
};

std::vector<Tag> tags_of(const std::string& text);

// A line that holds nothing but sections and comments leaves no line behind (the rule of mustache
// for standalone tags); and no line break is left for the library to judge, which forgets that rule
// where a section is not shown: each is a kLineBreak, turned back after rendering. What is put in
// holds no control character.
inline constexpr char kLineBreak = '\x1e';
std::string prepared(const std::string& text);

}  // namespace kip
