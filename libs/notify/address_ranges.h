#pragma once
// Where we may connect to. What a name was resolved to is judged, each address, at the moment of
// connecting, so that a name that changes its mind gains nothing. Refused unless a network of the
// configuration holds it: private, loopback, link-local (clouds keep their metadata there), shared
// (CGNAT), unique local, multicast, documentation and reserved ranges; an IPv4 address inside an
// IPv6 one (mapped, compatible, NAT64, 6to4) is judged as itself. Pure; any thread.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kip {

// IPv4 as ::ffff:a.b.c.d.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4() const;
  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};
std::optional<IpAddress> parse_ip(std::string_view text);  // without brackets and zones
IpAddress ip_of_v4(std::uint32_t host_order);

class IpNetwork {
 public:
  // "10.0.0.0/8", "fd00::/8", "127.0.0.1"; nullopt: none, or bits beyond its length are set.
  static std::optional<IpNetwork> parse(std::string_view text);
  bool holds(const IpAddress& address) const;

 private:
  IpAddress address_;
  int bits_ = 128;
};

bool is_loopback(const IpAddress& address);
// "private", "loopback", ...; empty: an address of the public net.
std::string_view special_range(const IpAddress& address);

struct OutgoingPolicy {
  std::vector<std::string> hosts;   // in lower case; nobody else is called
  std::vector<IpNetwork> networks;  // special ranges that are ours all the same
  bool host_allowed(std::string_view host) const;
  bool address_allowed(const IpAddress& address) const;
};

}  // namespace kip
