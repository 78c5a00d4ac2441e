#include "store/keys.h"

#include <algorithm>
#include <tuple>

namespace kip::keys {
namespace {

constexpr std::size_t kShardBytes = 4;
constexpr std::size_t kInstantBytes = 8;
constexpr std::size_t kLongChunkBytes = 12;

template <typename T>
void append(std::string& out, T value) {
  for (int shift = static_cast<int>(sizeof(T) - 1) * 8; shift >= 0; shift -= 8) {
    out += static_cast<char>(static_cast<unsigned char>((value >> shift) & 0xffU));
  }
}

template <typename T>
T read(std::string_view bytes) {
  KIP_CHECK(bytes.size() >= sizeof(T));
  T value = 0;
  for (const char c : bytes.substr(0, sizeof(T))) {
    value = static_cast<T>(value << 8) | static_cast<T>(static_cast<unsigned char>(c));
  }
  return value;
}

// Two's complement with the sign bit turned over: negative instants sort before positive ones.
constexpr std::uint64_t kSignBit = 1ULL << 63;

void append_instant(std::string& out, Instant at) {
  append(out, static_cast<std::uint64_t>(ms_of(at)) ^ kSignBit);
}

}  // namespace

std::string u32(std::uint32_t value) {
  std::string out;
  append(out, value);
  return out;
}

std::string u64(std::uint64_t value) {
  std::string out;
  append(out, value);
  return out;
}

std::uint32_t read_u32(std::string_view bytes) { return read<std::uint32_t>(bytes); }
std::uint64_t read_u64(std::string_view bytes) { return read<std::uint64_t>(bytes); }

std::string instant(Instant at) { return u64(static_cast<std::uint64_t>(ms_of(at))); }

Instant read_instant(std::string_view bytes) {
  return instant_of(static_cast<std::int64_t>(read_u64(bytes)));
}

std::string log(std::uint32_t shard, std::uint64_t offset) {
  std::string out;
  append(out, shard);
  append(out, offset);
  return out;
}

std::uint64_t log_offset(std::string_view key) {
  KIP_CHECK(key.size() == kShardBytes + sizeof(std::uint64_t));
  return read_u64(key.substr(kShardBytes));
}

std::string backlog(std::uint32_t shard, std::uint32_t bucket, std::uint64_t offset) {
  std::string out;
  append(out, shard);
  append(out, static_cast<std::uint16_t>(bucket));
  append(out, offset);
  return out;
}

BacklogKey read_backlog(std::string_view key) {
  constexpr std::size_t kBucketBytes = sizeof(std::uint16_t);
  KIP_CHECK(key.size() == kShardBytes + kBucketBytes + sizeof(std::uint64_t));
  return {read_u32(key), read<std::uint16_t>(key.substr(kShardBytes)),
          read_u64(key.substr(kShardBytes + kBucketBytes))};
}

std::string history(std::string_view item_id, std::uint64_t chunk) {
  std::string out;
  out.reserve(item_id.size() + 1 + kLongChunkBytes);
  out += item_id;
  out += '\0';
  append(out, static_cast<std::uint32_t>(std::min<std::uint64_t>(chunk, UINT32_MAX)));
  if (chunk >= UINT32_MAX) append(out, chunk);
  return out;
}

std::string_view history_item(std::string_view key) {
  const std::size_t end = key.find('\0');
  KIP_CHECK(end != std::string_view::npos);
  return key.substr(0, end);
}

std::uint64_t history_chunk(std::string_view key) {
  const std::string_view number = key.substr(history_item(key).size() + 1);
  const std::uint32_t small = read_u32(number);
  return small < UINT32_MAX ? small : read_u64(number.substr(sizeof small));
}

// The 0x01 after the id is above the 0x00 of its chunks, and below or at every longer id.
std::string history_end(std::string_view item_id) {
  std::string out(item_id);
  out += '\x01';
  return out;
}

std::string timer(std::uint32_t shard, Instant at, std::string_view item_id) {
  std::string out;
  out.reserve(kShardBytes + kInstantBytes + item_id.size());
  append(out, shard);
  append_instant(out, at);
  out += item_id;
  return out;
}

TimerKey read_timer(std::string_view key) {
  KIP_CHECK(key.size() >= kShardBytes + kInstantBytes);
  const std::uint64_t shifted = read_u64(key.substr(kShardBytes));
  return {.shard = read_u32(key),
          .at = instant_of(static_cast<std::int64_t>(shifted ^ kSignBit)),
          .item_id = key.substr(kShardBytes + kInstantBytes)};
}

std::string total(std::uint32_t shard, std::string_view counter) {
  std::string out;
  append(out, shard);
  out += counter;
  return out;
}

std::string pair(std::string_view first, std::string_view second) {
  std::string out(first);
  out += '\0';
  out += second;
  return out;
}

std::string pair_end(std::string_view first) {
  std::string out(first);
  out += '\1';
  return out;
}

std::string link(char kind, std::uint32_t shard, std::string_view item_id) {
  std::string key(1, kind);
  append(key, shard);
  return key.append(item_id);
}

std::string link(std::uint32_t shard, std::string_view item_id, std::string_view who) {
  return link('r', shard, pair(item_id, who));
}

LinkKey read_link(std::string_view key) {
  KIP_CHECK(key.size() >= 1 + kShardBytes);
  LinkKey out{key.front(), read_u32(key.substr(1)), key.substr(1 + kShardBytes), {}};
  if (out.kind == 'r') std::tie(out.item_id, out.who) = read_pair(out.item_id);
  return out;
}

std::pair<std::string_view, std::string_view> read_pair(std::string_view key) {
  const std::size_t end = key.find('\0');
  KIP_CHECK(end != std::string_view::npos);
  return {key.substr(0, end), key.substr(end + 1)};
}

std::string heard(std::string_view source, std::int64_t hour, std::uint32_t shard) {
  std::string out = pair(source, "");
  append(out, static_cast<std::uint32_t>(hour));
  append(out, shard);
  return out;
}

std::int64_t heard_hour(std::string_view key) { return read_u32(key.substr(key.size() - 8)); }

std::string outbox(std::string_view channel, Instant at, std::string_view message_id) {
  std::string out = pair(channel, "");
  append_instant(out, at);
  out += message_id;
  return out;
}

OutboxKey read_outbox(std::string_view key) {
  const auto [channel, rest] = read_pair(key);
  const auto at = static_cast<std::int64_t>(read_u64(rest) ^ kSignBit);
  return {channel, instant_of(at), rest.substr(kInstantBytes)};
}

std::string journal(std::string_view alert_id, Instant at, std::uint32_t number) {
  std::string out = pair(alert_id, "");
  append_instant(out, at);
  append(out, number);
  return out;
}

std::string reading(char kind, std::string_view id, Instant as_of, std::string_view hash) {
  std::string out(1, kind);
  out += id;
  out += '\0';
  append_instant(out, as_of);
  out += hash;
  return out;
}

std::string reading_end(char kind, std::string_view id) {
  std::string out(1, kind);
  out += id;
  out += '\x01';
  return out;
}

}  // namespace kip::keys
