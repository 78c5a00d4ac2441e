#include "notify/address_ranges.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

std::string_view range_of(const std::string& text) {
  const auto address = parse_ip(text);
  EXPECT_TRUE(address) << text;
  return address ? special_range(*address) : "none";
}

TEST(SpecialRange, NamesWhatIsNotOfThePublicNet) {
  const std::pair<const char*, std::string_view> cases[] = {
      {"10.0.0.1", "private"},
      {"172.16.0.1", "private"},
      {"172.31.255.255", "private"},
      {"192.168.1.1", "private"},
      {"127.0.0.1", "loopback"},
      {"127.255.0.9", "loopback"},
      {"169.254.169.254", "link-local"},
      {"100.64.0.1", "shared"},
      {"100.127.255.255", "shared"},
      {"0.0.0.0", "this network"},
      {"224.0.0.1", "multicast"},
      {"239.255.255.255", "multicast"},
      {"255.255.255.255", "reserved"},
      {"192.0.2.5", "documentation"},
      {"198.19.0.1", "benchmark"},
      {"::", "unspecified"},
      {"::1", "loopback"},
      {"fe80::1", "link-local"},
      {"febf::1", "link-local"},
      {"fec0::1", "site-local"},
      {"fc00::1", "unique local"},
      {"fd12:3456::1", "unique local"},
      {"ff02::1", "multicast"},
      {"2001:db8::1", "documentation"},
      {"2001:0:1::1", "reserved"},  // Teredo
      {"::ffff:127.0.0.1", "loopback"},
      {"::ffff:10.1.2.3", "private"},
      {"::ffff:a9fe:a9fe", "link-local"},
      {"::127.0.0.1", "loopback"},
      {"64:ff9b::10.0.0.1", "private"},
      {"64:ff9b:1::1", "private"},
      {"2002:7f00:1::1", "loopback"},
      {"2002:a9fe:a9fe::1", "link-local"},
  };
  for (const auto& [text, name] : cases) EXPECT_EQ(range_of(text), name) << text;
}

TEST(SpecialRange, LeavesThePublicNetAlone) {
  for (const char* text :
       {"8.8.8.8", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "11.0.0.0",
        "126.255.255.255", "128.0.0.0", "223.255.255.255", "192.167.255.255", "198.17.255.255",
        "2400:cb00::1", "2a00:1450::1", "64:ff9b::8.8.8.8", "2002:808:808::1", "::ffff:8.8.8.8"}) {
    EXPECT_EQ(range_of(text), "") << text;
  }
}

TEST(ParseIp, TakesNoOtherForms) {
  for (const char* text : {"", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "[::1]",
                           "fe80::1%eth0", "1.2.3.4.5", "010.0.0.1"}) {
    EXPECT_FALSE(parse_ip(text)) << text;
  }
}

TEST(IpNetwork, IsParsedStrictly) {
  EXPECT_TRUE(IpNetwork::parse("10.0.0.0/8"));
  EXPECT_TRUE(IpNetwork::parse("127.0.0.1"));
  EXPECT_TRUE(IpNetwork::parse("fd00::/8"));
  for (const char* text : {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129",
                           "x/8", "10.0.0.0/8x", ""}) {
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
  }
}

TEST(OutgoingPolicy, OnlyListedHostsAndOfSpecialRangesOnlyOurNetworks) {
  OutgoingPolicy policy;
  policy.hosts = {"mail.example"};
  policy.networks = {*IpNetwork::parse("10.20.0.0/16"), *IpNetwork::parse("fd00::/8")};
  EXPECT_TRUE(policy.host_allowed("mail.example"));
  EXPECT_FALSE(policy.host_allowed("x.mail.example"));
  EXPECT_FALSE(policy.host_allowed(""));
  const auto allowed = [&](const char* text) { return policy.address_allowed(*parse_ip(text)); };
  EXPECT_TRUE(allowed("8.8.8.8"));
  EXPECT_TRUE(allowed("10.20.255.1"));
  EXPECT_TRUE(allowed("::ffff:10.20.0.1"));
  EXPECT_TRUE(allowed("fd12::1"));
  EXPECT_FALSE(allowed("10.21.0.1"));
  EXPECT_FALSE(allowed("127.0.0.1"));
  EXPECT_FALSE(allowed("64:ff9b::10.20.0.1"));
  policy.networks = {*IpNetwork::parse("::/0")};
  EXPECT_FALSE(allowed("127.0.0.1"));  // a network of IPv6 says nothing about IPv4
  EXPECT_TRUE(allowed("::1"));
}

TEST(IsLoopback, IsTheMachineItself) {
  EXPECT_TRUE(is_loopback(*parse_ip("127.0.0.1")));
  EXPECT_TRUE(is_loopback(*parse_ip("::1")));
  EXPECT_TRUE(is_loopback(*parse_ip("::ffff:127.9.9.9")));
  EXPECT_FALSE(is_loopback(*parse_ip("2002:7f00:1::1")));
  EXPECT_FALSE(is_loopback(*parse_ip("10.0.0.1")));
}

}  // namespace
}  // namespace kip
