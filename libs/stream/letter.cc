#include "stream/letter.h"

namespace kip {

namespace {

rd_kafka_headers_t* headers_of(const DeadLetter& letter, const rd_kafka_headers_t* original,
                               std::size_t cut_from) {
  rd_kafka_headers_t* headers =
      original == nullptr ? rd_kafka_headers_new(16) : rd_kafka_headers_copy(original);
  const auto add = [&](const std::string& name, const std::string& value) {
    rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  };
  if (original == nullptr) {
    for (const auto& [name, value] : letter.headers) add(name, value);
  }
  if (!letter.topic.empty()) add("__connect.errors.topic", letter.topic);
  add("__connect.errors.exception.message", letter.refusal.reason);
  add("kip.code", letter.refusal.code);
  add("kip.field", letter.refusal.field);
  add("kip.reason", letter.refusal.reason);
  add("kip.at", format_rfc3339(letter.at));
  add("kip.channel", letter.channel);
  if (cut_from > 0) add("kip.cut", std::to_string(cut_from));
  return headers;
}

}  // namespace

Outgoing dead_letter(const std::string& topic, const DeadLetter& letter,
                     std::optional<std::string_view> value, const rd_kafka_headers_t* original) {
  const std::size_t cut_from = value && value->size() > kLetterBytesMax ? value->size() : 0;
  if (cut_from > 0) value = value->substr(0, kLetterBytesMax);
  Outgoing out{.topic = topic.c_str(), .value = value};
  if (!letter.key.empty()) out.key = letter.key;
  out.headers = headers_of(letter, original, cut_from);
  return out;
}

Headers headers_in(const rd_kafka_message_t& message) {
  Headers out;
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return out;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
       ++i) {
    out.emplace_back(name, value == nullptr ? std::string()
                                            : std::string(static_cast<const char*>(value), size));
  }
  return out;
}

}  // namespace kip
