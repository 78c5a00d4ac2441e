#pragma once
// A reader of JSON text (RFC 8259, nothing beyond it) that is asked for one thing after another and
// never builds a tree. The first fault stops it: every later call fails.
//
//   JsonText json(text, depth_max);
//   std::string key, value;
//   if (json.open('{'))
//     while (json.more('}')) json.key(key) && json.string(value);
//   if (!json.end()) refuse(json.fault());
//
// One owner, one thread; the text must outlive it. Depth is the number of objects and arrays open
// at once; recursion goes no deeper.

#include <optional>
#include <string>
#include <string_view>

namespace kip {

enum class JsonType { kObject, kArray, kString, kNumber, kBool, kNull, kNone };

struct JsonFault {
  const char* code;  // codes.h
  std::string reason;
};

class JsonText {
 public:
  JsonText(std::string_view text, int depth_max);

  JsonType peek();  // what begins here; kNone at the end and where nothing can begin
  bool open(char bracket);
  // After open() and after each member: whether another one comes. False at the closing bracket,
  // which is consumed, and at a fault.
  bool more(char bracket);
  bool key(std::string& name);  // with its colon
  bool string(std::string& value);
  bool number(std::string_view& token);
  bool boolean(bool& value);
  bool null();
  // Any value, unread. `strict` looks for duplicate keys and invalid UTF-8 in it too.
  bool skip(bool strict);
  bool end();  // nothing but white space is left

  // Where the next value begins; the text between two positions is the value's own.
  std::size_t position();
  const std::optional<JsonFault>& fault() const { return fault_; }

 private:
  bool fail(const char* code, std::string reason);
  bool syntax(std::string_view wanted);
  void space();
  bool word(std::string_view text);
  bool digits();
  bool escape(std::string* value);
  bool hex4(unsigned& unit);
  bool read_string(std::string* value);
  bool skip_members(char bracket, bool strict);

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_max_;
  int depth_ = 0;
  bool first_ = false;  // no member of the innermost bracket has been read yet
  std::optional<JsonFault> fault_;
};

// Whether the whole of `text` is one JSON number.
bool is_json_number(std::string_view text);

}  // namespace kip
