#include "contract/json_text.h"

#include <cstdint>
#include <unordered_set>
#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"
#include "contract/codes.h"

namespace kip {
JsonText::JsonText(std::string_view text, int depth_max) : text_(text), depth_max_(depth_max) {}

bool JsonText::fail(const char* code, std::string reason) {
  if (!fault_) fault_ = JsonFault{code, std::move(reason)};
  at_ = text_.size();
  return false;
}

bool JsonText::syntax(std::string_view wanted) {
  return fail(code::kNotJson, "the text is no JSON: " + std::string(wanted) +
                                  " was expected at byte " + std::to_string(at_));
}

void JsonText::space() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    ++at_;
  }
}

std::size_t JsonText::position() {
  space();
  return at_;
}

JsonType JsonText::peek() {
  space();
  if (at_ == text_.size()) return JsonType::kNone;
  switch (text_[at_]) {
    case '{':
      return JsonType::kObject;
    case '[':
      return JsonType::kArray;
    case '"':
      return JsonType::kString;
    case 't':
    case 'f':
      return JsonType::kBool;
    case 'n':
      return JsonType::kNull;
    default:
      return is_digit(text_[at_]) || text_[at_] == '-' ? JsonType::kNumber : JsonType::kNone;
  }
}

bool JsonText::open(char bracket) {
  space();
  if (fault_ || at_ == text_.size() || text_[at_] != bracket) {
    return syntax(bracket == '{' ? "an object" : "an array");
  }
  if (depth_ >= depth_max_) {
    return fail(code::kTooDeep, "the JSON is nested deeper than the limit json_depth_max of " +
                                    std::to_string(depth_max_));
  }
  ++at_;
  ++depth_;
  first_ = true;
  return true;
}

bool JsonText::more(char bracket) {
  space();
  if (fault_) return false;
  const bool first = std::exchange(first_, false);
  const char next = at_ < text_.size() ? text_[at_] : '\0';
  if (next == bracket) {
    ++at_;
    --depth_;
    return false;
  }
  if (first) return at_ < text_.size() || syntax("a value");
  if (next != ',') return syntax(bracket == '}' ? "a comma or }" : "a comma or ]");
  ++at_;
  return true;
}

bool JsonText::key(std::string& name) {
  if (peek() != JsonType::kString) return syntax("a name in quotes");
  if (!string(name)) return false;
  space();
  if (at_ == text_.size() || text_[at_] != ':') return syntax("a colon");
  ++at_;
  return true;
}

bool JsonText::string(std::string& value) {
  value.clear();
  if (!read_string(&value)) return false;
  return utf8_valid(value) || fail(code::kBadUtf8, "a text is not valid UTF-8");
}

// Without `value` only the grammar is looked at.
bool JsonText::read_string(std::string* value) {
  space();
  if (fault_ || at_ == text_.size() || text_[at_] != '"') return syntax("a text in quotes");
  ++at_;
  while (at_ < text_.size()) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 0x20) {
      ++at_;
    }
    if (value != nullptr) value->append(text_.substr(begin, at_ - begin));
    if (at_ == text_.size()) break;
    if (text_[at_] == '"') {
      ++at_;
      return true;
    }
    if (text_[at_] != '\\') return syntax("an escaped control character");
    ++at_;
    if (!escape(value)) return false;
  }
  return syntax("a closing quote");
}

bool JsonText::hex4(unsigned& unit) {
  if (text_.size() - at_ < 4) return syntax("four hex digits");
  unit = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const int value = hex_value(text_[at_]);
    if (value < 0) return syntax("four hex digits");
    unit = unit << 4 | static_cast<unsigned>(value);
  }
  return true;
}

bool JsonText::escape(std::string* value) {
  static constexpr std::string_view kNames = "\"\\/bfnrt";
  static constexpr std::string_view kBytes = "\"\\/\b\f\n\r\t";
  const char c = at_ < text_.size() ? text_[at_] : '\0';
  const std::size_t simple = kNames.find(c);
  if (c != 'u' && simple == std::string_view::npos) return syntax("an escape that JSON knows");
  ++at_;
  if (c != 'u') {
    if (value != nullptr) value->push_back(kBytes[simple]);
    return true;
  }
  unsigned point = 0;
  if (!hex4(point)) return false;
  if (point >= 0xD800 && point <= 0xDFFF) {
    unsigned low = 0;
    const bool pair = point <= 0xDBFF && text_.substr(at_, 2) == "\\u";
    if (pair) at_ += 2;
    if (pair && !hex4(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) {
      return fail(code::kBadUtf8, "a text has half of a surrogate pair");
    }
    point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
  }
  if (value != nullptr) utf8_append(point, *value);
  return true;
}

bool JsonText::digits() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  return at_ > begin || syntax("a digit");
}

bool JsonText::number(std::string_view& token) {
  space();
  if (fault_) return false;
  const std::size_t begin = at_;
  const auto next = [&] { return at_ < text_.size() ? text_[at_] : '\0'; };
  if (next() == '-') ++at_;
  if (next() == '0') {
    ++at_;
  } else if (!digits()) {
    return false;
  }
  if (next() == '.') {
    ++at_;
    if (!digits()) return false;
  }
  if (next() == 'e' || next() == 'E') {
    ++at_;
    if (next() == '+' || next() == '-') ++at_;
    if (!digits()) return false;
  }
  token = text_.substr(begin, at_ - begin);
  return true;
}

bool JsonText::word(std::string_view text) {
  if (fault_ || text_.substr(at_, text.size()) != text) return false;
  at_ += text.size();
  return true;
}

bool JsonText::boolean(bool& value) {
  space();
  value = word("true");
  return value || word("false") || syntax("true or false");
}

bool JsonText::null() {
  space();
  return word("null") || syntax("null");
}

bool JsonText::skip_members(char bracket, bool strict) {
  std::unordered_set<std::string> names;
  std::string name;
  if (!open(bracket == '}' ? '{' : '[')) return false;
  while (more(bracket)) {
    if (bracket == '}' && strict) {
      if (!key(name)) return false;
      if (!names.insert(name).second) {
        return fail(code::kDuplicateKey,
                    "the name " + in_quotes(name) + " comes twice in an object");
      }
    } else if (bracket == '}') {
      if (peek() != JsonType::kString || !read_string(nullptr)) return syntax("a name in quotes");
      space();
      if (!word(":")) return syntax("a colon");
    }
    if (!skip(strict)) return false;
  }
  return !fault_;
}

bool JsonText::skip(bool strict) {
  std::string text;
  std::string_view token;
  bool truth = false;
  switch (peek()) {
    case JsonType::kObject:
      return skip_members('}', strict);
    case JsonType::kArray:
      return skip_members(']', strict);
    case JsonType::kString:
      return strict ? string(text) : read_string(nullptr);
    case JsonType::kNumber:
      return number(token);
    case JsonType::kBool:
      return boolean(truth);
    case JsonType::kNull:
      return null();
    case JsonType::kNone:
      break;
  }
  return syntax("a value");
}

bool JsonText::end() {
  space();
  if (fault_) return false;
  return at_ == text_.size() || syntax("the end");
}

bool is_json_number(std::string_view text) {
  JsonText json(text, 0);
  std::string_view token;
  return json.number(token) && token.size() == text.size();
}

}  // namespace kip
