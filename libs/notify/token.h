#pragma once
// The access token of a gateway that gives it for hours only, and takes a refresh token once for
// the next pair (Zalo: https://oauth.zaloapp.com/v4/oa/access_token).
//
// Both live in a state file beside the refresh token's file, mode 0600, written whole, so that a
// restart goes on with them. It remembers of which first refresh token they come (by hash): when an
// operator puts another one into the file, what was known is forgotten. Processes of one machine,
// and channels of one process, take turns by a lock beside it. A token is exchanged when it is
// about to expire and when the gateway refuses it, and not before it is certain that the new one
// can be written down. Neither token ever stands in an outcome.
//
// One object belongs to one thread at a time.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "notify/body_template.h"
#include "notify/http.h"

namespace kip {

// "Name: value", the value in place or the one line of a file, read anew each time.
struct HeaderOption {
  std::string name, value, value_file;
};
Result<std::vector<std::string>> headers_of(const std::vector<HeaderOption>& options);

struct TokenOptions {
  std::string name;
  std::string url;
  Place place;
  NetworkReach reach;                // of the issuer: its timeout, its CA
  std::optional<BodyTemplate> form;  // names: refresh_token, secret
  std::vector<HeaderOption> headers;
  std::string refresh_token_file;  // the first one; or
  std::string secret_file;         // what stays the same
  std::string state_file;
  JsonPath access_token, refresh_token, expires_in;  // where they stand in the answer
  std::chrono::seconds lifetime{3600};               // where the answer does not say
  std::vector<JsonCondition> refused_when;  // an answer to a message that means: token too old
};

// What an issuer says of how long its token lives, "3600" or 3600.0, at most a year; `otherwise`
// where that is no number of seconds, or less than one.
std::chrono::seconds lifetime_of(std::string_view said, std::chrono::seconds otherwise);

// A token about to expire is not used any more.
inline constexpr std::chrono::seconds kTokenMargin{120};
// After a refusal the gateway is left alone that long.
inline constexpr std::chrono::seconds kTokenPause{60};

class TokenKeeper {
 public:
  TokenKeeper(TokenOptions options, std::function<Instant()> now);

  // A token to use now, within `timeout`. `refused`: the one that the gateway has just
  // refused; it is not given again.
  std::variant<std::string, SendOutcome> token(const std::string& refused,
                                               std::chrono::milliseconds timeout);
  bool refused_by(const HttpAnswer& answer) const;

 private:
  struct State;
  std::variant<std::string, SendOutcome> exchange(const State& state, const std::string& secret,
                                                  std::chrono::milliseconds timeout);
  std::variant<std::string, SendOutcome> taken(const HttpAnswer& answer, const State& before);
  SendOutcome refusal(std::string code, std::string detail);
  State load(const std::string& seed) const;
  Status save(const State& state) const;

  TokenOptions options_;
  std::function<Instant()> now_;
  std::optional<Instant> paused_until_;
  SendOutcome last_refusal_;
};

}  // namespace kip
