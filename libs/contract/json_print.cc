#include "contract/json_print.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string_view>
#include <vector>

namespace kip {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

constexpr std::int64_t kFirstSecond = -62'135'596'800;  // of year 1
constexpr std::int64_t kLastSecond = 253'402'300'799;   // of year 9999
constexpr double kWholeMax = 1e9;                       // whole numbers that are printed as such
constexpr double kDecimalMax = 1e6;                     // the same of those with three decimals
constexpr std::size_t kFieldsUsual = 32;                // set of one message

template <typename Number>
void print_number(Number value, std::string& out) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

// ASCII that stands as it is.
constexpr auto kPlain = [] {
  std::array<bool, 0x80> plain{};
  for (std::size_t c = 0x20; c < 0x7F; ++c)
    plain[c] = c != '"' && c != '\\' && c != '<' && c != '>';
  return plain;
}();

// How many bytes the letter beyond ASCII at `text` has, where it stands as it is; 0: it may need
// an escape, or is none.
std::size_t plain_letter(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const auto follows = [&](std::size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
  const unsigned lead = byte(0);
  if (lead == 0xC2) return byte(1) >= 0xA0 && byte(1) <= 0xBF && byte(1) != 0xAD ? 2 : 0;
  if ((lead >= 0xC3 && lead <= 0xC6) || lead == 0xCC) return follows(1) ? 2 : 0;
  if (lead == 0xE1) return (byte(1) == 0xBA || byte(1) == 0xBB) && follows(2) ? 3 : 0;
  // U+2010 to U+2027: dashes, quotes, the ellipsis
  if (lead == 0xE2) return byte(1) == 0x80 && byte(2) >= 0x90 && byte(2) <= 0xA7 ? 3 : 0;
  return 0;
}

bool print_text(std::string_view text, std::string& out) {
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const std::size_t bytes = c >= kPlain.size() ? plain_letter(text.substr(at)) : kPlain[c];
    if (bytes == 0) return false;
    at += bytes;
  }
  out += '"';
  out += text;
  out += '"';
  return true;
}

void print_digits(unsigned value, std::size_t width, std::string& out) {
  const std::size_t begin = out.size();
  out.append(width, '0');
  for (std::size_t i = begin + width; value > 0 && i > begin; value /= 10)
    out[--i] = static_cast<char>('0' + value % 10);
}

bool print_time(const Timestamp& time, std::string& out) {
  using namespace std::chrono;
  constexpr std::int32_t kMilli = 1'000'000;
  if (time.seconds() < kFirstSecond || time.seconds() > kLastSecond) return false;
  if (time.nanos() < 0 || time.nanos() >= 1000 * kMilli || time.nanos() % kMilli != 0) return false;
  const sys_seconds at{seconds{time.seconds()}};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const auto second = static_cast<unsigned>((at - day).count());
  out += '"';
  print_digits(static_cast<unsigned>(static_cast<int>(date.year())), 4, out);
  out += '-';
  print_digits(static_cast<unsigned>(date.month()), 2, out);
  out += '-';
  print_digits(static_cast<unsigned>(date.day()), 2, out);
  out += 'T';
  print_digits(second / 3600, 2, out);
  out += ':';
  print_digits(second / 60 % 60, 2, out);
  out += ':';
  print_digits(second % 60, 2, out);
  if (time.nanos() != 0) {
    out += '.';
    print_digits(static_cast<unsigned>(time.nanos() / kMilli), 3, out);
  }
  out += "Z\"";
  return true;
}

// One value of a field: `index` of a repeated one, else -1.
class Value {
 public:
  // `reflection` is the message's: to ask it for that anew costs as much as to print a number.
  Value(const google::protobuf::Message& message, const Reflection& reflection,
        const FieldDescriptor& field, int index)
      : message_(message), reflection_(reflection), field_(field), index_(index) {}

  bool print(std::string& out) const {
    if (field_.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return print_message(out);
    if (field_.type() == FieldDescriptor::TYPE_STRING) return print_text(text(), out);
    return index_ < 0 && print_single(out);  // no list of ours has anything else
  }

 private:
  std::string_view text() const {
    if (index_ < 0) return reflection_.GetStringReference(message_, &field_, nullptr);
    return reflection_.GetRepeatedStringReference(message_, &field_, index_, nullptr);
  }
  bool print_message(std::string& out) const {
    if (field_.is_map()) return false;
    const google::protobuf::Message& inner =
        index_ < 0 ? reflection_.GetMessage(message_, &field_)
                   : reflection_.GetRepeatedMessage(message_, &field_, index_);
    static const google::protobuf::Descriptor* const kTime = Timestamp::descriptor();
    if (field_.message_type() == kTime)
      return print_time(static_cast<const Timestamp&>(inner), out);
    return print_json(inner, out);
  }
  bool print_single(std::string& out) const {
    switch (field_.cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        out += reflection_.GetBool(message_, &field_) ? "true" : "false";
        return true;
      case FieldDescriptor::CPPTYPE_INT32:
        print_number(reflection_.GetInt32(message_, &field_), out);
        return true;
      case FieldDescriptor::CPPTYPE_UINT32:
        print_number(reflection_.GetUInt32(message_, &field_), out);
        return true;
      case FieldDescriptor::CPPTYPE_INT64:
        print_quoted(reflection_.GetInt64(message_, &field_), out);
        return true;
      case FieldDescriptor::CPPTYPE_UINT64:
        print_quoted(reflection_.GetUInt64(message_, &field_), out);
        return true;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return print_double(reflection_.GetDouble(message_, &field_), out);
      case FieldDescriptor::CPPTYPE_ENUM:
        return print_enum(out);
      case FieldDescriptor::CPPTYPE_FLOAT:
      case FieldDescriptor::CPPTYPE_STRING:  // bytes
      case FieldDescriptor::CPPTYPE_MESSAGE:
        break;
    }
    return false;
  }
  template <typename Number>
  static void print_quoted(Number value, std::string& out) {
    out += '"';
    print_number(value, out);
    out += '"';
  }
  static bool print_double(double value, std::string& out) {
    if (!(std::abs(value) < kWholeMax)) return false;
    if (value == 0 && std::signbit(value)) return false;
    if (value != std::trunc(value)) return print_thousandths(value, out);
    print_number(static_cast<std::int64_t>(value), out);
    return true;
  }
  static bool print_thousandths(double value, std::string& out) {
    if (std::abs(value) >= kDecimalMax) return false;
    const auto thousandths = static_cast<unsigned>(std::llround(std::abs(value) * 1000));
    if (static_cast<double>(thousandths) / 1000 != std::abs(value)) return false;
    if (value < 0) out += '-';
    print_number(thousandths / 1000, out);
    out += '.';
    print_digits(thousandths % 1000, 3, out);
    while (out.back() == '0') out.pop_back();
    return true;
  }
  bool print_enum(std::string& out) const {
    const auto* name =
        field_.enum_type()->FindValueByNumber(reflection_.GetEnumValue(message_, &field_));
    return name != nullptr && print_text(name->name(), out);
  }

  const google::protobuf::Message& message_;
  const Reflection& reflection_;
  const FieldDescriptor& field_;
  int index_;
};

bool print_list(const google::protobuf::Message& message, const Reflection& reflection,
                const FieldDescriptor& field, std::string& out) {
  out += '[';
  const int size = reflection.FieldSize(message, &field);
  for (int i = 0; i < size; ++i) {
    if (i > 0) out += ',';
    if (!Value(message, reflection, field, i).print(out)) return false;
  }
  out += ']';
  return true;
}

}  // namespace

bool print_json(const google::protobuf::Message& message, std::string& out) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  fields.reserve(kFieldsUsual);
  reflection.ListFields(message, &fields);  // those that are set, by number
  out += '{';
  for (const FieldDescriptor* field : fields) {
    if (out.back() != '{') out += ',';
    out += '"';
    out += field->name();
    out += "\":";
    const bool done = field->is_repeated() ? print_list(message, reflection, *field, out)
                                           : Value(message, reflection, *field, -1).print(out);
    if (!done) return false;
  }
  out += '}';
  return true;
}

}  // namespace kip
