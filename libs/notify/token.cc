#include "notify/token.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>

#include "base/hash.h"
#include "notify/files.h"

namespace kip {
namespace {

namespace json = boost::json;

constexpr std::size_t kStateMax = 64 * 1024;
constexpr double kLifetimeMax = 366.0 * 86'400;

std::string text_at(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

// It becomes a header: nothing that could end one.
bool fit_for_header(const std::string& token) {
  return !token.empty() && token.size() <= kSecretMax &&
         std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

SendOutcome state_trouble(const std::string& token, const Error& error) {
  return transient("token_state", "the state file of token " + token + " " + error.message);
}

}  // namespace

struct TokenKeeper::State {
  std::string seed;  // hash of the secret that an operator put there
  std::string access_token, refresh_token;
  Instant expires_at = kFarPast;
};

Result<std::vector<std::string>> headers_of(const std::vector<HeaderOption>& options) {
  std::vector<std::string> out;
  for (const HeaderOption& option : options) {
    std::string value = option.value;
    if (!option.value_file.empty()) {
      auto secret = read_secret(option.value_file);
      if (!secret)
        return invalid("the file of header " + option.name + ": " + secret.error().message);
      value = *std::move(secret);
    }
    out.push_back(option.name + ": " + value);
  }
  return out;
}

std::chrono::seconds lifetime_of(std::string_view said, std::chrono::seconds otherwise) {
  double read = 0;
  const auto [end, ec] = std::from_chars(said.data(), said.data() + said.size(), read);
  if (ec != std::errc() || end != said.data() + said.size()) return otherwise;
  if (!std::isfinite(read) || read < 1) return otherwise;
  return std::chrono::seconds(static_cast<std::int64_t>(std::min(read, kLifetimeMax)));
}

TokenKeeper::TokenKeeper(TokenOptions options, std::function<Instant()> now)
    : options_(std::move(options)), now_(std::move(now)) {}

bool TokenKeeper::refused_by(const HttpAnswer& answer) const {
  return answer.status == 401 || any_holds(options_.refused_when, answer);
}

TokenKeeper::State TokenKeeper::load(const std::string& seed) const {
  State state;
  state.seed = seed;
  const auto bytes = read_file(options_.state_file, kStateMax);
  const auto value = bytes ? parse_json(*bytes) : std::nullopt;
  const json::object* object = value ? value->if_object() : nullptr;
  if (object == nullptr || text_at(*object, "seed") != seed) return state;
  state.access_token = text_at(*object, "access_token");
  state.refresh_token = text_at(*object, "refresh_token");
  const auto expires = parse_rfc3339(text_at(*object, "expires_at"));
  state.expires_at = expires ? *expires : kFarPast;
  return state;
}

Status TokenKeeper::save(const State& state) const {
  json::object object;
  object["seed"] = state.seed;
  object["access_token"] = state.access_token;
  object["refresh_token"] = state.refresh_token;
  if (state.expires_at > kFarPast) object["expires_at"] = format_rfc3339(state.expires_at);
  return write_whole(options_.state_file, json::serialize(object) + "\n");
}

SendOutcome TokenKeeper::refusal(std::string code, std::string detail) {
  paused_until_ = now_() + kTokenPause;
  last_refusal_ = transient(std::move(code), std::move(detail));
  return last_refusal_;
}

std::variant<std::string, SendOutcome> TokenKeeper::token(const std::string& refused,
                                                          std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  const bool exchanged = !options_.refresh_token_file.empty();
  const auto secret = read_secret(exchanged ? options_.refresh_token_file : options_.secret_file);
  if (!secret)
    return transient("secret",
                     "the secret of token " + options_.name + ": " + secret.error().message);
  const auto lock = FileLock::take(options_.state_file + ".lock", timeout);
  if (!lock) return state_trouble(options_.name, lock.error());
  const State state = load(hex(sha256(*secret)));
  const bool usable = !state.access_token.empty() && state.access_token != refused;
  const Instant now = now_();
  if (usable && now + kTokenMargin < state.expires_at) return state.access_token;
  // The old one still holds for a little: better than none.
  const bool last_resort = usable && now < state.expires_at;
  if (paused_until_ && now < *paused_until_ && now + kTokenPause >= *paused_until_) {
    if (last_resort) return state.access_token;
    return last_refusal_;
  }
  auto got = exchange(state, *secret, left_until(end));
  if (last_resort && std::holds_alternative<SendOutcome>(got)) return state.access_token;
  return got;
}

std::variant<std::string, SendOutcome> TokenKeeper::exchange(const State& state,
                                                             const std::string& secret,
                                                             std::chrono::milliseconds timeout) {
  // A refresh token works once: the next one must not be lost for a full or read-only disk.
  if (const Status written = save(state); !written)
    return state_trouble(options_.name, written.error());
  HttpRequest request;
  request.url = options_.url;
  request.place = options_.place;
  auto headers = headers_of(options_.headers);
  if (!headers) return transient("secret", headers.error().message);
  request.headers = *std::move(headers);
  request.headers.emplace_back("Content-Type: application/x-www-form-urlencoded");
  const std::string& current = state.refresh_token.empty() ? secret : state.refresh_token;
  std::string fixed;
  if (!options_.secret_file.empty()) {
    auto read = read_secret(options_.secret_file);
    if (!read) return transient("secret", "secret_file: " + read.error().message);
    fixed = *std::move(read);
  }
  request.body = options_.form->render({{"refresh_token", current}, {"secret", fixed}});
  NetworkReach reach = options_.reach;
  reach.timeout = std::min(reach.timeout, timeout);
  return taken(post(request, reach), state);
}

std::variant<std::string, SendOutcome> TokenKeeper::taken(const HttpAnswer& answer,
                                                          const State& before) {
  const std::string& host = options_.place.host;
  const bool refuses = answer.status >= 300 && answer.status < 500 && answer.status != 408 &&
                       answer.status != 425 && answer.status != 429;
  if (answer.failure || (!refuses && (answer.status < 200 || answer.status > 299))) {
    SendOutcome outcome = judge(answer, {}, host);
    if (answer.failure) outcome = *answer.failure;
    if (outcome.kind == SendOutcomeKind::kPermanent) return outcome;  // our own policy
    SendOutcome passing = refusal("token_unreachable", "no new token: " + outcome.detail);
    passing.retry_after = answer.retry_after;
    return passing;
  }
  const auto value = parse_json(answer.body);
  const auto access = value ? options_.access_token.text(*value) : std::nullopt;
  if (refuses || !access || !fit_for_header(*access))
    return refusal("token_refused", host + " gave no new token (" + std::to_string(answer.status) +
                                        "); is the refresh token or secret still valid?");
  State state;
  state.seed = before.seed;
  state.access_token = *access;
  state.refresh_token = options_.refresh_token.text(*value).value_or(before.refresh_token);
  const auto said = options_.expires_in.text(*value);
  state.expires_at = now_() + lifetime_of(said.value_or(""), options_.lifetime);
  paused_until_.reset();
  if (const Status written = save(state); !written)
    return state_trouble(options_.name, written.error());
  return state.access_token;
}

}  // namespace kip
