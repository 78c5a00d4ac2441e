#include "app/plain_json.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cstdio>

namespace kip {
namespace {

namespace js = boost::json;

void write(const js::value& value, std::string& out);

// The fewest digits that read back as the same; a whole number has no point.
void write_double(double number, std::string& out) {
  std::array<char, 400> text{};  // 309 digits before the point at most
  const auto [end, ec] = std::to_chars(text.data(), text.data() + text.size(),
                                       number == 0 ? 0.0 : number, std::chars_format::fixed);
  if (ec == std::errc()) out.append(text.data(), end);
}

void write_object(const js::object& object, std::string& out) {
  out += '{';
  for (const auto& [key, value] : object) {
    if (out.back() != '{') out += ',';
    out += js::serialize(js::string_view(key)) + ':';
    write(value, out);
  }
  out += '}';
}

void write_array(const js::array& array, std::string& out) {
  out += '[';
  for (const js::value& value : array) {
    if (&value != &array.front()) out += ',';
    write(value, out);
  }
  out += ']';
}

void write(const js::value& value, std::string& out) {
  if (value.is_object()) {
    write_object(value.get_object(), out);
  } else if (value.is_array()) {
    write_array(value.get_array(), out);
  } else if (value.is_double()) {
    write_double(value.get_double(), out);
  } else {
    out += js::serialize(value);
  }
}

}  // namespace

std::string plain_json(const js::value& value) {
  std::string out;
  write(value, out);
  return out;
}

std::string json_number(const std::optional<double>& value) {
  if (!value) return "null";
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", *value);
  return text;
}

}  // namespace kip
