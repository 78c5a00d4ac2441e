#include "notify/read_parts.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/ascii.h"
#include "base/mail_address.h"
#include "base/utf8.h"
#include "notify/files.h"

namespace kip {
namespace {

constexpr std::size_t kPlainFileMax = 4 << 20;
constexpr std::size_t kWordMax = 32, kLineTextMax = 1000;

std::string placed(const std::string& name, const ChannelFile& file) {
  return (std::filesystem::path(file.folder) / name).lexically_normal().string();
}

// RFC 9110 5.6.2.
bool is_token(std::string_view text) {
  static constexpr std::string_view kAlso = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || kAlso.find(c) != std::string_view::npos;
  });
}

bool is_ours(const std::string& name) {
  static constexpr std::array kOurs = {"host",       "content-length",    "content-type",
                                       "connection", "transfer-encoding", "expect",
                                       "user-agent", "idempotency-key"};
  return std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end() || name.starts_with("kip-");
}

bool sounds_secret(const std::string& name) {
  static constexpr std::array kParts = {"auth", "token", "secret", "key", "pass", "cookie"};
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](const char* part) { return name.find(part) != std::string::npos; });
}

}  // namespace

bool word_valid(std::string_view word) {
  return !word.empty() && word.size() <= kWordMax &&
         std::all_of(word.begin(), word.end(),
                     [](char c) { return is_small(c) || is_digit(c) || c == '-' || c == '_'; });
}

std::string read_secret_file(Reader& r, const std::string& key, ChannelFile& file) {
  const auto name = r.optional_text(key);
  if (!name) return {};
  const std::string path = placed(*name, file);
  const auto secret = read_secret(path);
  if (name->empty() || !secret) {
    r.wrong(key, name->empty() ? "names no file" : secret.error().message);
    return {};
  }
  if (open_to_others(path))
    file.remarks.push_back(
        r.remark(key, "every user of this machine may read that file: make it mode 600"));
  return path;
}

std::string read_plain_file(Reader& r, const std::string& key, const ChannelFile& file) {
  const auto name = r.optional_text(key);
  if (!name) return {};
  const std::string path = placed(*name, file);
  std::error_code failed;
  if (!name->empty() && std::filesystem::is_regular_file(path, failed) &&
      read_file(path, kPlainFileMax))
    return path;
  r.wrong(key, "there is no such file that can be read");
  return {};
}

void refuse_secrets_in_place(Reader& r) {
  for (const char* key : {"password", "secret", "api_key", "access_token_value", "bearer"}) {
    if (r.has(key))
      r.wrong(key,
              "a secret never stands in this file: write it alone into a file of mode 600, and "
              "name that one (password_file, secret_file, value_file)");
  }
}

bool this_machine(const std::string& host) {
  const auto ip = parse_ip(host);
  return host == "localhost" || (ip && is_loopback(*ip));
}

void judge_host(Reader& r, const std::string& key, const Place& place, const ChannelFile& file) {
  if (!file.policy.host_allowed(place.host)) {
    r.wrong(key, "'" + place.host + "' is not among outgoing.hosts" +
                     nearest_hint(place.host, file.policy.hosts));
    return;
  }
  const auto ip = parse_ip(place.host);
  if (ip && !file.policy.address_allowed(*ip))
    r.wrong(key, "'" + place.host + "' is " + std::string(special_range(*ip)) +
                     " and in none of outgoing.networks");
}

Place read_url(Reader& r, const std::string& key, const std::string& url, const NetworkReach& reach,
               const ChannelFile& file) {
  if (url.empty()) return {};
  auto place = parse_url(url);
  if (!place) {
    r.wrong(key, place.error().message);
    return {};
  }
  if (place->scheme == "http" && !this_machine(place->host) && !reach.allow_plain)
    r.wrong(key, "must begin with https://: without TLS everybody on the way reads along");
  judge_host(r, key, *place, file);
  return *std::move(place);
}

NetworkReach read_reach(Reader& r, const ChannelFile& file) {
  NetworkReach reach;
  reach.policy = file.policy;
  reach.timeout = std::chrono::seconds(r.optional_integer("timeout_s", 1, 300).value_or(30));
  reach.connect_timeout =
      std::chrono::seconds(r.optional_integer("connect_timeout_s", 1, 60).value_or(10));
  reach.ca_file = read_plain_file(r, "ca_file", file);
  reach.allow_plain = r.optional_flag("allow_plain").value_or(false);
  return reach;
}

std::string read_line(Reader& r, const std::string& key, bool required) {
  const std::string text = required ? r.text(key) : r.optional_text(key).value_or("");
  if (has_control(text) || !utf8_valid(text) || text.size() > kLineTextMax)
    r.wrong(key, "must be one line of at most 1000 bytes");
  if (required && text.empty() && r.has(key)) r.wrong(key, "is empty");
  return text;
}

std::string read_address(Reader& r, const std::string& key, bool required) {
  std::string text = required ? r.text(key) : r.optional_text(key).value_or("");
  if (r.has(key) && !mail_address_valid(text))
    r.wrong(key, "must be a mail address such as kip@ward.example");
  return text;
}

void judge_header_name(Reader& r, const std::string& key, const std::string& name) {
  if (!is_token(name)) r.wrong(key, "is no name of a header");
  if (is_ours(ascii_lower(name))) r.wrong(key, "Kịp writes this header itself");
}

std::vector<HeaderOption> read_headers(Reader& r, ChannelFile& file) {
  std::vector<HeaderOption> out;
  for (Reader& h : r.optional_sections("headers")) {
    HeaderOption option{.name = h.text("name"), .value = {}, .value_file = {}};
    if (h.has("name")) judge_header_name(h, "name", option.name);
    if (h.has("value") == h.has("value_file"))
      h.wrong("value", "either value or value_file is needed");
    option.value_file = read_secret_file(h, "value_file", file);
    option.value = read_line(h, "value", false);
    if (h.has("value") && sounds_secret(ascii_lower(option.name)))
      h.wrong("value", "what sounds like a secret comes from a file: value_file");
    h.done();
    out.push_back(std::move(option));
  }
  return out;
}

std::vector<JsonCondition> read_conditions(Reader& r, const std::string& key) {
  std::vector<JsonCondition> out;
  for (const std::string& text : r.optional_list(key).value_or(std::vector<std::string>{})) {
    auto condition = JsonCondition::parse(text);
    if (condition) {
      out.push_back(*std::move(condition));
    } else {
      r.wrong(key, condition.error().message);
    }
  }
  return out;
}

std::optional<JsonPath> read_path(Reader& r, const std::string& key, const std::string& otherwise) {
  auto path = JsonPath::parse(r.optional_text(key).value_or(otherwise));
  if (path) return *std::move(path);
  // Not the value: it may be the token itself.
  r.wrong(key, "must be where it stands in the answer, such as " + otherwise);
  return std::nullopt;
}

}  // namespace kip
