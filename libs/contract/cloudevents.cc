#include "contract/cloudevents.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_set>
#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"
#include "contract/json_text.h"

namespace kip {
namespace {

using Attributes = std::map<std::string, Attribute, std::less<>>;

// The attributes that are read; of them the extension alone makes no CloudEvent.
constexpr std::string_view kRecordedTime = "recordedtime";
constexpr std::array<std::string_view, 8> kAttributes = {
    "specversion", "type", "id", "source", "subject", "time", "datacontenttype", kRecordedTime};

bool is_read(std::string_view name) {
  return std::find(kAttributes.begin(), kAttributes.end(), name) != kAttributes.end();
}

// "Application/JSON; charset=utf-8" is "application/json".
std::string media_type(std::string_view text) {
  text = text.substr(0, text.find(';'));
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return ascii_lower(text.substr(begin, text.find_last_not_of(" \t") + 1 - begin));
}

bool starts(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

// HTTP allows a value in double quotes with escapes (RFC 9110, 5.6.4).
std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string out;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out.push_back(text[i]);
  }
  return out;
}

MaybeRefusal contradicting(const std::string& a, const std::string& b) {
  return Refusal{code::kContradiction, b, a + " and " + b + " contradict each other"};
}

MaybeRefusal add_header(const std::string& name, const std::string& raw, Attributes& attributes) {
  const std::string low = ascii_lower(name);
  const bool http = starts(low, "ce-");
  if (!http && !starts(low, "ce_")) return std::nullopt;
  const std::string attribute = low.substr(3);
  if (!is_read(attribute)) return std::nullopt;
  const std::string value = percent_decoded(http ? unquoted(raw) : raw);
  if (!utf8_valid(value)) {
    return Refusal{code::kBadUtf8, name, "the header " + name + " is not valid UTF-8"};
  }
  const auto [there, added] = attributes.try_emplace(attribute, Attribute{name, value});
  if (!added && there->second.value != value) return contradicting(there->second.name, name);
  return std::nullopt;
}

MaybeRefusal read_headers(const Headers& headers, Attributes& attributes,
                          std::string& content_type) {
  for (const auto& [name, value] : headers) {
    const std::string low = ascii_lower(name);
    if (low == "content-type") content_type = value;
    if (low == "__value_schema_id") {
      return Refusal{code::kSchemaRegistry, name,
                     "the value was written by a Confluent schema registry serializer (header " +
                         name + "); send plain protobuf or JSON"};
    }
    if (auto refusal = add_header(name, value, attributes)) return refusal;
  }
  return std::nullopt;
}

MaybeRefusal registry_prefix(std::string_view payload) {
  constexpr std::size_t kPrefixBytes = 5;
  if (payload.size() < kPrefixBytes || payload.front() != '\0') return std::nullopt;
  return Refusal{code::kSchemaRegistry, "body",
                 "the body begins with a Confluent schema registry prefix (0x00 and a schema id of "
                 "4 bytes); send plain protobuf or JSON"};
}

MaybeRefusal coding_of(const std::string& content_type, const std::string& named,
                       Envelope& envelope) {
  const std::string type = media_type(content_type);
  if (type.empty()) {
    const std::size_t first = envelope.payload().find_first_not_of(" \t\r\n");
    const bool brace =
        first != std::string_view::npos && envelope.payload().substr(first, 1) == "{";
    envelope.coding = brace ? Coding::kJson : Coding::kProtobuf;
    return std::nullopt;
  }
  if (type == "application/json") {
    envelope.coding = Coding::kJson;
  } else if (type == "application/protobuf" || type == "application/x-protobuf") {
    envelope.coding = Coding::kProtobuf;
  } else {
    return Refusal{
        code::kContentType, named,
        named + " " + in_quotes(type) + " is neither application/protobuf nor application/json"};
  }
  return std::nullopt;
}

// What the attributes say, once they are collected from wherever they stood.
MaybeRefusal settle(const Attributes& attributes, const std::string& prefix, Envelope& envelope) {
  const auto find = [&](std::string_view name) -> std::optional<Attribute> {
    const auto at = attributes.find(name);
    if (at == attributes.end() || at->second.value.empty()) return std::nullopt;
    return at->second;
  };
  const auto version = find("specversion");
  if (!version) {
    return Refusal{code::kSpecVersion, prefix + "specversion",
                   prefix + "specversion is missing; CloudEvents 1.0 is read"};
  }
  if (version->value != "1.0") {
    return Refusal{
        code::kSpecVersion, version->name,
        version->name + " is " + in_quotes(version->value) + "; only CloudEvents 1.0 is read"};
  }
  const auto type = find("type");
  if (!type) return Refusal{code::kType, prefix + "type", prefix + "type is missing"};
  if (type->value == "vn.kip.work.v1") {
    envelope.what = Accepted::What::kEvent;
  } else if (type->value == "vn.kip.indicator.v1") {
    envelope.what = Accepted::What::kIndicator;
  } else if (type->value == "vn.kip.source.v1") {
    envelope.what = Accepted::What::kReport;
  } else {
    return Refusal{code::kType, type->name,
                   type->name + " " + in_quotes(type->value) +
                       " is none of vn.kip.work.v1, vn.kip.indicator.v1, vn.kip.source.v1"};
  }
  envelope.id = find("id");
  envelope.source = find("source");
  envelope.subject = find("subject");
  envelope.time = find("time");
  return std::nullopt;
}

// The members of a structured event; `data` stays unread.
class Structured {
 public:
  Structured(std::string_view body, int depth_max) : body_(body), json_(body, depth_max) {}

  MaybeRefusal read() {
    std::string name;
    if (json_.peek() != JsonType::kObject) {
      if (json_.skip(true) && json_.end()) return wrong_type("body", "a JSON object");
      return fault("body");
    }
    json_.open('{');
    while (json_.more('}')) {
      if (!json_.key(name)) break;
      if (!seen_.insert(name).second) {
        return Refusal{code::kDuplicateKey, is_read(name) ? name : "body",
                       "the attribute " + in_quotes(name) + " comes twice in the envelope"};
      }
      if (auto refusal = member(name)) return refusal;
    }
    json_.end();
    return fault("body");
  }

  Attributes attributes;
  std::optional<std::string_view> data;
  std::optional<std::string> data_base64;

 private:
  MaybeRefusal fault(const std::string& field) const {
    if (!json_.fault()) return std::nullopt;
    return Refusal{json_.fault()->code, field, json_.fault()->reason};
  }

  static MaybeRefusal wrong_type(const std::string& field, const std::string& wanted) {
    return Refusal{code::kWrongType, field, field + " must be " + wanted};
  }

  MaybeRefusal member(const std::string& name) {
    if (json_.peek() == JsonType::kNull) {
      json_.null();
      return std::nullopt;
    }
    if (name == "data") {
      if (json_.peek() != JsonType::kObject) {
        if (json_.skip(false)) return wrong_type(name, "a JSON object");
        return fault(name);
      }
      const std::size_t begin = json_.position();
      // The reader of the payload looks more closely, and can name the field.
      if (json_.skip(false)) data = body_.substr(begin, json_.position() - begin);
      return fault(name);
    }
    if (name != "data_base64" && !is_read(name)) {
      json_.skip(true);
      return fault("body");
    }
    if (json_.peek() != JsonType::kString) return wrong_type(name, "a text");
    std::string value;
    if (!json_.string(value)) return fault(name);
    if (name == "data_base64") {
      data_base64 = std::move(value);
    } else {
      attributes.emplace(name, Attribute{name, std::move(value)});
    }
    return std::nullopt;
  }

  std::string_view body_;
  JsonText json_;
  std::unordered_set<std::string> seen_;
};

MaybeRefusal open_structured(std::string_view body, const Limits& limits, Attributes& recorded,
                             Envelope& envelope) {
  // How deep the payload is nested its own reader measures.
  Structured event(body, 16 * limits.json_depth_max);
  if (auto refusal = event.read()) return refusal;
  if (auto refusal = settle(event.attributes, "", envelope)) return refusal;
  const auto& type = event.attributes["datacontenttype"].value;
  if (event.data && event.data_base64) {
    return Refusal{code::kContradiction, "data_base64", "data and data_base64 exclude each other"};
  }
  if (event.data) {
    envelope.body = *event.data;
    if (auto refusal = coding_of(type, "datacontenttype", envelope)) return refusal;
    envelope.coding = Coding::kJson;  // an object is the JSON form, whatever the type says
  } else if (event.data_base64) {
    envelope.decoded = base64_decoded(*event.data_base64);
    if (!envelope.decoded) {
      return Refusal{code::kNotBase64, "data_base64", "data_base64 is no base64"};
    }
    if (auto refusal = registry_prefix(*envelope.decoded)) return refusal;
    if (auto refusal = coding_of(type, "datacontenttype", envelope)) return refusal;
  } else {
    return Refusal{code::kNullValue, "data", "the CloudEvent has no data"};
  }
  const auto at = event.attributes.find(kRecordedTime);
  if (at != event.attributes.end())
    recorded.insert_or_assign(std::string(kRecordedTime), at->second);
  return std::nullopt;
}

MaybeRefusal open_binary(const Attributes& attributes, const std::string& content_type,
                         Envelope& envelope) {
  const std::string prefix = attributes.begin()->second.name.substr(0, 3);
  if (auto refusal = settle(attributes, prefix, envelope)) return refusal;
  const auto type = attributes.find("datacontenttype");
  const bool attribute = content_type.empty() && type != attributes.end();
  return attribute ? coding_of(type->second.value, type->second.name, envelope)
                   : coding_of(content_type, "content-type", envelope);
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool room = text[i] == '%' && text.size() - i > 2;
    const int high = room ? hex_value(text[i + 1]) : -1;
    const int low = room ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out.push_back(text[i]);
      continue;
    }
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

std::optional<std::string> base64_decoded(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 == 0 && !text.empty()) {
    if (text.back() == '=') text.remove_suffix(1);
    if (text.back() == '=') text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  unsigned bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<unsigned>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<char>(bits >> held & 0xFF));
  }
  return out;
}

MaybeRefusal open_envelope(const Arrival& arrival, const Limits& limits, Envelope& envelope) {
  if (!arrival.body) return Refusal{code::kNullValue, "body", "the message has no value"};
  const std::string_view body = *arrival.body;
  if (body.size() > limits.event_bytes_max) {
    return Refusal{code::kTooLarge, "body",
                   "the body has " + std::to_string(body.size()) +
                       " bytes; the limit event_bytes_max is " +
                       std::to_string(limits.event_bytes_max)};
  }
  Attributes attributes;
  std::string content_type;
  if (auto refusal = read_headers(arrival.headers, attributes, content_type)) return refusal;
  if (auto refusal = registry_prefix(body)) return refusal;
  envelope.body = body;
  const std::string type = media_type(content_type);
  MaybeRefusal refusal;
  if (type == "application/cloudevents" || type == "application/cloudevents+json") {
    refusal = open_structured(body, limits, attributes, envelope);
  } else if (starts(type, "application/cloudevents")) {
    refusal = Refusal{code::kContentType, "content-type",
                      "content-type " + in_quotes(type) +
                          " is no form of one CloudEvent that is read; send "
                          "application/cloudevents+json"};
  } else if (attributes.size() > attributes.count(kRecordedTime)) {
    refusal = open_binary(attributes, content_type, envelope);
  } else {
    const bool work = arrival.lane == Lane::kWork;
    envelope.what = work ? Accepted::What::kEvent : Accepted::What::kIndicator;
    refusal = coding_of(content_type, "content-type", envelope);
  }
  const auto recorded = attributes.find(kRecordedTime);
  if (recorded != attributes.end()) envelope.recorded_time = recorded->second;
  return refusal;
}

std::string source_named(const Arrival& arrival, const Limits& limits) {
  Envelope envelope;
  if (open_envelope(arrival, limits, envelope) || !envelope.source) return "";
  return envelope.source->value;
}

}  // namespace kip
