#pragma once
// Where a channel may connect to, and for how long. Values; any thread.

#include <chrono>
#include <string>

#include "base/result.h"
#include "notify/address_ranges.h"

namespace kip {

// How far a channel may go, and how long.
struct NetworkReach {
  OutgoingPolicy policy;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{30'000};  // of the whole
  std::string ca_file = {};                   // empty: the system's authorities
  bool allow_plain = false;                   // without TLS also beyond this machine
};

// At least a millisecond, for 0 is no limit to libcurl: several steps within one timeout.
std::chrono::milliseconds left_until(std::chrono::steady_clock::time_point end);

// Where a URL of the configuration leads.
struct Place {
  std::string scheme, host;  // in lower case; an IPv6 address without brackets
  int port = 0;
};
// http or https, without user, password and fragment.
Result<Place> parse_url(const std::string& url);

}  // namespace kip
