#include "contract/json_reader.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_set>

#include "contract/json_text.h"
#include "contract/proto_values.h"

namespace kip {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Timestamp;

enum class Parsed { kOk, kNoInteger, kTooLarge };

struct Integer {
  bool negative = false;
  std::uint64_t magnitude = 0;
};

// "12", "-3", and as protobuf has it also "1e2" and "5.0".
Parsed parse_integer(std::string_view token, Integer& out) {
  constexpr double kExactMax = 9007199254740992.0;  // 2^53: beyond it doubles skip integers
  out.negative = token.front() == '-';
  const std::string_view digits = token.substr(out.negative ? 1 : 0);
  const char* end = digits.data() + digits.size();
  if (digits.find_first_of(".eE") == std::string_view::npos) {
    const auto [at, error] = std::from_chars(digits.data(), end, out.magnitude);
    return error == std::errc() && at == end ? Parsed::kOk : Parsed::kTooLarge;
  }
  double value = 0;
  if (std::from_chars(digits.data(), end, value).ec != std::errc() || value > kExactMax) {
    return Parsed::kTooLarge;
  }
  if (std::floor(value) != value) return Parsed::kNoInteger;
  out.magnitude = static_cast<std::uint64_t>(value);
  return Parsed::kOk;
}

template <typename T>
Parsed fit(const Integer& number, T& out) {
  const auto max = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
  const bool is_signed = std::numeric_limits<T>::is_signed;
  if (number.negative && number.magnitude > (is_signed ? max + 1 : 0)) return Parsed::kTooLarge;
  if (!number.negative && number.magnitude > max) return Parsed::kTooLarge;
  out = static_cast<T>(number.negative ? 0 - number.magnitude : number.magnitude);
  return Parsed::kOk;
}

// A sender's own name as part of a path: only where it is short and plain.
std::string path_part(const std::string& name) {
  static constexpr std::string_view kPlainName =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  const bool plain = name.size() <= 60 && name.find_first_not_of(kPlainName) == std::string::npos;
  return plain ? name : "(unknown)";
}

class JsonReader {
 public:
  JsonReader(std::string_view text, JsonBounds bounds) : json_(text, bounds.depth_max) {}

  JsonRead read(google::protobuf::Message& into) {
    if (message(into)) json_.end();
    take_fault();
    return {std::move(refused_), unknown_fields_};
  }

 private:
  std::string field_name() const { return path_.empty() ? "body" : path_; }

  bool refuse(const char* code, std::string reason) {
    if (!refused_) refused_ = Refusal{code, field_name(), std::move(reason)};
    return false;
  }

  bool wrong_type(std::string_view wanted) {
    if (!take(json_.skip(true))) return false;  // what is no JSON at all is told as that
    return refuse(code::kWrongType, field_name() + " must be " + std::string(wanted));
  }

  // The text's own fault, with the path at which it stood.
  void take_fault() {
    if (json_.fault()) refuse(json_.fault()->code, json_.fault()->reason);
  }

  bool take(bool fine) {
    if (!fine) take_fault();
    return fine;
  }

  bool message(google::protobuf::Message& into) {
    if (json_.peek() != JsonType::kObject) return wrong_type("a JSON object");
    if (!take(json_.open('{'))) return false;
    std::unordered_set<std::string> seen;
    std::string name;
    while (json_.more('}')) {
      if (!take(json_.key(name)) || !member(into, name, seen)) return false;
    }
    return take(!json_.fault());
  }

  bool member(google::protobuf::Message& into, const std::string& name,
              std::unordered_set<std::string>& seen) {
    const auto* type = into.GetDescriptor();
    const auto* field = type->FindFieldByName(name);
    if (field == nullptr) field = type->FindFieldByCamelcaseName(name);
    const std::size_t outer = path_.size();
    if (outer > 0) path_ += '.';
    path_ += field == nullptr ? path_part(name) : field->name();
    const bool first = seen.insert(field == nullptr ? name : field->name()).second;
    if (!first) return refuse(code::kDuplicateKey, field_name() + " comes twice in the JSON");
    bool fine = true;
    if (field == nullptr) {
      ++unknown_fields_;
      fine = take(json_.skip(true));
    } else if (json_.peek() == JsonType::kNull) {
      fine = take(json_.null());
    } else {
      fine = field->is_repeated() ? array(into, *field) : value(into, *field);
    }
    if (fine) path_.resize(outer);
    return fine;
  }

  bool array(google::protobuf::Message& into, const FieldDescriptor& field) {
    if (json_.peek() != JsonType::kArray) return wrong_type("a JSON array");
    if (!take(json_.open('['))) return false;
    while (json_.more(']')) {
      if (!value(into, field)) return false;
    }
    return take(!json_.fault());
  }

  bool value(google::protobuf::Message& into, const FieldDescriptor& field) {
    const auto* access = into.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return text(into, field);
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        google::protobuf::Message& inner = field.is_repeated()
                                               ? *access->AddMessage(&into, &field)
                                               : *access->MutableMessage(&into, &field);
        const bool is_time = inner.GetDescriptor() == Timestamp::descriptor();
        return is_time ? time(static_cast<Timestamp&>(inner)) : message(inner);
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        return enumerator(into, field);
      case FieldDescriptor::CPPTYPE_BOOL: {
        if (json_.peek() != JsonType::kBool) return wrong_type("true or false");
        bool truth = false;
        if (!take(json_.boolean(truth))) return false;
        access->SetBool(&into, &field, truth);
        return true;
      }
      case FieldDescriptor::CPPTYPE_DOUBLE:
      case FieldDescriptor::CPPTYPE_FLOAT:
        return real(into, field);
      case FieldDescriptor::CPPTYPE_INT32:
      case FieldDescriptor::CPPTYPE_INT64:
      case FieldDescriptor::CPPTYPE_UINT32:
      case FieldDescriptor::CPPTYPE_UINT64:
        return integer(into, field);
    }
    return false;
  }

  bool text(google::protobuf::Message& into, const FieldDescriptor& field) {
    if (json_.peek() != JsonType::kString) return wrong_type("a text");
    std::string value;
    if (!take(json_.string(value))) return false;
    const auto* access = into.GetReflection();
    if (field.is_repeated()) {
      access->AddString(&into, &field, std::move(value));
    } else {
      access->SetString(&into, &field, std::move(value));
    }
    return true;
  }

  bool time(Timestamp& into) {
    if (json_.peek() != JsonType::kString) return wrong_type("a text with an RFC 3339 time");
    std::string value;
    if (!take(json_.string(value))) return false;
    if (parse_timestamp(value, into)) return true;
    return refuse(code::kBadTime, field_name() + " is no RFC 3339 time: " + in_quotes(value));
  }

  bool enumerator(google::protobuf::Message& into, const FieldDescriptor& field) {
    const google::protobuf::EnumValueDescriptor* found = nullptr;
    std::string shown;
    if (json_.peek() == JsonType::kString) {
      if (!take(json_.string(shown))) return false;
      found = field.enum_type()->FindValueByName(shown);
    } else if (json_.peek() == JsonType::kNumber) {
      std::string_view token;
      if (!take(json_.number(token))) return false;
      shown = token;
      Integer number;
      int value = 0;
      if (parse_integer(token, number) == Parsed::kOk && fit(number, value) == Parsed::kOk) {
        found = field.enum_type()->FindValueByNumber(value);
      }
    } else {
      return wrong_type("a word or number of " + field.enum_type()->name());
    }
    if (found == nullptr) {
      return refuse(code::kUnknownEnum, field_name() + " is no value of " +
                                            field.enum_type()->name() + ": " + in_quotes(shown));
    }
    into.GetReflection()->SetEnum(&into, &field, found);
    return true;
  }

  // A number, or a text that holds one.
  bool number(std::string& token) {
    if (json_.peek() == JsonType::kNumber) {
      std::string_view plain;
      if (!take(json_.number(plain))) return false;
      token = plain;
      return true;
    }
    if (json_.peek() != JsonType::kString) return wrong_type("a number");
    if (!take(json_.string(token))) return false;
    if (is_json_number(token)) return true;
    if (token == "NaN" || token == "Infinity" || token == "-Infinity") {
      return refuse(code::kNotFinite, field_name() + " is not a finite number");
    }
    return refuse(code::kWrongType, field_name() + " must be a number, not " + in_quotes(token));
  }

  bool real(google::protobuf::Message& into, const FieldDescriptor& field) {
    std::string token;
    if (!number(token)) return false;
    double value = 0;
    if (std::from_chars(token.data(), token.data() + token.size(), value).ec != std::errc()) {
      return refuse(code::kNumberRange, field_name() + " is beyond the range of a double");
    }
    const auto* access = into.GetReflection();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_FLOAT) {
      access->SetFloat(&into, &field, static_cast<float>(value));
    } else {
      access->SetDouble(&into, &field, value);
    }
    return true;
  }

  bool integer(google::protobuf::Message& into, const FieldDescriptor& field) {
    std::string token;
    if (!number(token)) return false;
    Integer number;
    Parsed parsed = parse_integer(token, number);
    if (parsed == Parsed::kOk) parsed = store(into, field, number);
    if (parsed == Parsed::kOk) return true;
    if (parsed == Parsed::kNoInteger) {
      return refuse(code::kWrongType, field_name() + " must be a whole number, not " + token);
    }
    return refuse(code::kNumberRange, field_name() + " is beyond the range of " +
                                          field.type_name() + ": " + in_quotes(token));
  }

  static Parsed store(google::protobuf::Message& into, const FieldDescriptor& field,
                      const Integer& number) {
    const auto* access = into.GetReflection();
    Parsed parsed = Parsed::kOk;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
      std::uint32_t value = 0;
      parsed = fit(number, value);
      access->SetUInt32(&into, &field, value);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
      std::uint64_t value = 0;
      parsed = fit(number, value);
      access->SetUInt64(&into, &field, value);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
      std::int32_t value = 0;
      parsed = fit(number, value);
      access->SetInt32(&into, &field, value);
    } else {
      std::int64_t value = 0;
      parsed = fit(number, value);
      access->SetInt64(&into, &field, value);
    }
    return parsed;
  }

  JsonText json_;
  std::string path_;
  MaybeRefusal refused_;
  std::uint32_t unknown_fields_ = 0;
};

}  // namespace

JsonRead read_json(std::string_view text, JsonBounds bounds, google::protobuf::Message& into) {
  return JsonReader(text, bounds).read(into);
}

}  // namespace kip
