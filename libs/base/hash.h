#pragma once
// Hashes: SHA-256 for identities that leave the process, FNV-1a for tables inside it, murmur2 as
// Java's Kafka client counts it, so that gateway, ingest and any other publisher put an item on the
// same shard. Pure functions.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace kip {

using Sha256 = std::array<unsigned char, 32>;

Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);  // RFC 2104
inline std::string_view bytes_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
std::string base32_lower(std::string_view bytes);  // RFC 4648 alphabet in lower case, no padding
std::string base64(std::string_view bytes);        // RFC 4648, with padding, one line
std::string hex(std::string_view bytes);
std::string hex(const Sha256& digest);
std::uint32_t murmur2(std::string_view key);
// The shard of a key: Java's DefaultPartitioner, (murmur2 & 0x7fffffff) % shards.
std::uint32_t shard_of(std::string_view key, std::uint32_t shards);

constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t seed = 14695981039346656037ULL) {
  for (const char c : text) seed = (seed ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return seed;
}

}  // namespace kip
