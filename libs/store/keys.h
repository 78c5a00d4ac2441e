#pragma once
// The key grammar of the tables. Numbers are big-endian, so that byte order is number order;
// signed instants are shifted so that they sort too.
//
//   log, alerts   shard:u32 offset:u64
//   history       item id, 0x00, chunk:number   (an item id holds no 0x00: the door refuses it)
//   timer         shard:u32 instant:u64 item id
//   total         shard:u32 counter name
//   dead          number:u64
//   backlog       shard:u32 bucket:u16 offset:u64
//   desk          unit, 0x00, alert id (none: the desk itself)
//   delivery      message id, 0x00, channel
//   outbox        channel, 0x00, instant, message id
//   journal       alert id, 0x00, instant, number:u32
//   heard         source, 0x00, hour:u32 shard:u32
//   subject       kind:u8 ('s' source) id
//   link          kind:u8 shard:u32 item id, and of kind 'r' 0x00, who waits for it
//   forecast      "lesson", "outlook", "learning"
//   reading       kind:u8 ('i' indicator, 's' source) id, 0x00, as_of:instant, hash of the content
//
// A shard's rows lie in [u32(shard), u32(shard + 1)); its due timers in
// [timer(shard, kFarPast, ""), timer(shard, now + 1 ms, "")). Pure functions.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"

namespace kip::keys {

std::string u32(std::uint32_t value);
std::string u64(std::uint64_t value);
std::uint32_t read_u32(std::string_view bytes);  // of the first 4 bytes; fewer is a failed check
std::uint64_t read_u64(std::string_view bytes);  // of the first 8 bytes
// An instant as a value, in milliseconds; in keys they are shifted, see above.
std::string instant(Instant at);
Instant read_instant(std::string_view bytes);

std::string log(std::uint32_t shard, std::uint64_t offset);
std::uint64_t log_offset(std::string_view key);  // another length than log()'s: a failed check
// An item's chunks lie in [history(id, 0), history_end(id)), and no other item's among them.
// A number is a u32, one that does not fit the greatest u32 and a u64.
std::string history(std::string_view item_id, std::uint64_t chunk);
std::string_view history_item(std::string_view key);  // a view into `key`
std::uint64_t history_chunk(std::string_view key);
std::string history_end(std::string_view item_id);
std::string timer(std::uint32_t shard, Instant at, std::string_view item_id);
struct TimerKey {
  std::uint32_t shard;
  Instant at;
  std::string_view item_id;  // points into the key that was read
};
TimerKey read_timer(std::string_view key);
std::string total(std::uint32_t shard, std::string_view counter);
// A bucket's blocks lie in [backlog(shard, bucket, 0), backlog(shard, bucket + 1, 0)).
std::string backlog(std::uint32_t shard, std::uint32_t bucket, std::uint64_t offset);
struct BacklogKey {
  std::uint32_t shard, bucket;
  std::uint64_t offset;
};
BacklogKey read_backlog(std::string_view key);  // another length: a failed check
// Two texts, the first without 0x00; the rows of the first lie in [pair(a, ""), pair_end(a)).
std::string pair(std::string_view first, std::string_view second);
std::string pair_end(std::string_view first);
std::pair<std::string_view, std::string_view> read_pair(std::string_view key);
std::string heard(std::string_view source, std::int64_t hour, std::uint32_t shard);
std::int64_t heard_hour(std::string_view key);
std::string outbox(std::string_view channel, Instant at, std::string_view message_id);
struct OutboxKey {
  std::string_view channel;  // into the key that was read
  Instant at;
  std::string_view message_id;
};
OutboxKey read_outbox(std::string_view key);
std::string journal(std::string_view alert_id, Instant at, std::uint32_t number);
// What one indicator or source said lies in [reading(kind, id, kFarPast, ""),
// reading_end(kind, id)), by instant; two of one instant have no order here (an id holds no 0x00).
std::string reading(char kind, std::string_view id, Instant as_of, std::string_view hash);
std::string reading_end(char kind, std::string_view id);

// A shard's rows of a kind lie in [link(kind, shard, ""), link(kind, shard + 1, "")).
std::string link(char kind, std::uint32_t shard, std::string_view item_id);
std::string link(std::uint32_t shard, std::string_view item_id, std::string_view who);  // kind 'r'
struct LinkKey {
  char kind = 0;
  std::uint32_t shard = 0;
  std::string_view item_id, who;  // into the key that was read
};
LinkKey read_link(std::string_view key);  // a shorter one than a prefix: a failed check

}  // namespace kip::keys
