#include "notify/address_ranges.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace kip {
namespace {

constexpr std::size_t kV4At = 12;  // its first byte in ::ffff:a.b.c.d
constexpr std::array<std::uint8_t, kV4At> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

struct Range {
  const char* network;
  std::string_view name;
};
// The special-purpose registries of IANA (RFC 6890 and later), and multicast.
constexpr std::array kV4Ranges = {
    Range{"0.0.0.0/8", "this network"},       Range{"10.0.0.0/8", "private"},
    Range{"100.64.0.0/10", "shared"},         Range{"127.0.0.0/8", "loopback"},
    Range{"169.254.0.0/16", "link-local"},    Range{"172.16.0.0/12", "private"},
    Range{"192.0.0.0/24", "reserved"},        Range{"192.0.2.0/24", "documentation"},
    Range{"192.88.99.0/24", "reserved"},      Range{"192.168.0.0/16", "private"},
    Range{"198.18.0.0/15", "benchmark"},      Range{"198.51.100.0/24", "documentation"},
    Range{"203.0.113.0/24", "documentation"}, Range{"224.0.0.0/4", "multicast"},
    Range{"240.0.0.0/4", "reserved"},
};
constexpr std::array kV6Ranges = {
    Range{"::/128", "unspecified"},      Range{"::1/128", "loopback"},
    Range{"64:ff9b:1::/48", "private"},  Range{"100::/64", "discard"},
    Range{"2001::/23", "reserved"},      Range{"2001:db8::/32", "documentation"},
    Range{"3fff::/20", "documentation"}, Range{"5f00::/16", "reserved"},
    Range{"fc00::/7", "unique local"},   Range{"fe80::/10", "link-local"},
    Range{"fec0::/10", "site-local"},    Range{"ff00::/8", "multicast"},
};

template <std::size_t N>
std::string_view range_in(const std::array<Range, N>& ranges, const IpAddress& address) {
  for (const Range& range : ranges) {
    const auto network = IpNetwork::parse(range.network);
    if (network && network->holds(address)) return range.name;
  }
  return {};
}

IpAddress v4_at(const IpAddress& address, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | address.bytes.at(at + i);
  return ip_of_v4(value);
}

// The IPv4 address that a translator on the way would take out of it.
std::optional<IpAddress> inner_v4(const IpAddress& address) {
  static const auto kNat64 = IpNetwork::parse("64:ff9b::/96");
  static const auto kCompatible = IpNetwork::parse("::/96");
  static const auto k6to4 = IpNetwork::parse("2002::/16");
  if (kNat64->holds(address)) return v4_at(address, 12);
  if (k6to4->holds(address)) return v4_at(address, 2);
  if (kCompatible->holds(address)) return v4_at(address, 12);
  return std::nullopt;
}

}  // namespace

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes.begin()); }

IpAddress ip_of_v4(std::uint32_t host_order) {
  IpAddress out;
  std::copy(kMapped.begin(), kMapped.end(), out.bytes.begin());
  for (std::size_t i = 0; i < 4; ++i) {
    out.bytes.at(kV4At + i) = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  }
  return out;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::string owned(text);
  in_addr v4{};
  if (inet_pton(AF_INET, owned.c_str(), &v4) == 1) return ip_of_v4(ntohl(v4.s_addr));
  in6_addr v6{};
  if (inet_pton(AF_INET6, owned.c_str(), &v6) != 1) return std::nullopt;
  IpAddress out;
  std::memcpy(out.bytes.data(), v6.s6_addr, out.bytes.size());
  return out;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  IpNetwork out;
  out.address_ = *address;
  const bool v4 = text.find(':') == std::string_view::npos;
  if (slash != std::string_view::npos) {
    int bits = 0;
    const std::string_view number = text.substr(slash + 1);
    const auto [end, ec] = std::from_chars(number.data(), number.data() + number.size(), bits);
    if (ec != std::errc() || end != number.data() + number.size() || bits < 0 ||
        bits > (v4 ? 32 : 128))
      return std::nullopt;
    out.bits_ = v4 ? bits + 96 : bits;
  }
  // "10.20.0.1/8" is a slip of the pen: which of the two was meant?
  for (int bit = out.bits_; bit < 128; ++bit) {
    const auto byte = out.address_.bytes.at(static_cast<std::size_t>(bit / 8));
    if ((byte & (0x80U >> (bit % 8))) != 0) return std::nullopt;
  }
  return out;
}

bool IpNetwork::holds(const IpAddress& address) const {
  // A network of IPv6 does not speak of IPv4, however short its prefix is.
  if (address.is_v4() != address_.is_v4()) return false;
  for (int bit = 0; bit < bits_; ++bit) {
    const auto at = static_cast<std::size_t>(bit / 8);
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    if ((address.bytes.at(at) & mask) != (address_.bytes.at(at) & mask)) return false;
  }
  return true;
}

std::string_view special_range(const IpAddress& address) {
  if (address.is_v4()) return range_in(kV4Ranges, address);
  if (const auto name = range_in(kV6Ranges, address); !name.empty()) return name;
  if (const auto inner = inner_v4(address)) return range_in(kV4Ranges, *inner);
  return {};
}

bool is_loopback(const IpAddress& address) {
  static const auto kV4 = IpNetwork::parse("127.0.0.0/8"), kV6 = IpNetwork::parse("::1");
  return kV4->holds(address) || kV6->holds(address);
}

bool OutgoingPolicy::host_allowed(std::string_view host) const {
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

bool OutgoingPolicy::address_allowed(const IpAddress& address) const {
  if (special_range(address).empty()) return true;
  return std::any_of(networks.begin(), networks.end(),
                     [&](const IpNetwork& network) { return network.holds(address); });
}

}  // namespace kip
