#include "app/dead.h"

#include <boost/json.hpp>
#include <charconv>

#include "app/printable.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "contract/publish.h"
#include "runtime/embedded_log.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr int kShardShift = 40;
constexpr std::uint64_t kOffsetMask = (1ULL << kShardShift) - 1;

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t n = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (ec != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return n;
}

std::uint64_t first_of_shard(std::uint64_t shard) { return kShardDead | shard << kShardShift; }

}  // namespace

std::string dead_number(std::uint64_t number) {
  if (number < kShardDead) return std::to_string(number);
  const std::uint64_t rest = number & ~kShardDead;
  return std::to_string(rest >> kShardShift) + "-" + std::to_string(rest & kOffsetMask);
}

std::optional<std::string> event_of_letter(const DeadLetter& letter) {
  if (letter.channel != kShardChannel || !letter.value) return std::nullopt;
  auto json = stamped_json(*letter.value);
  return json ? std::optional(std::move(*json)) : std::nullopt;
}

std::string dead_json(std::uint64_t number, const DeadLetter& letter) {
  boost::json::object out = {{"number", dead_number(number)}, {"at", format_rfc3339(letter.at)}};
  const auto text = [&](const char* name, const std::string& value) {
    if (!value.empty()) out[name] = utf8_valid(value) ? value : printable(value, value.size());
  };
  text("channel", letter.channel);
  text("principal", letter.principal);
  text("topic", letter.topic);
  text("source", letter.source);
  text("code", letter.refusal.code);
  text("field", letter.refusal.field);
  text("reason", letter.refusal.reason);
  if (!letter.key.empty()) out["key"] = base64(letter.key);
  boost::json::array headers;
  for (const auto& [name, value] : letter.headers) {
    headers.push_back(
        boost::json::object{{"name", utf8_valid(name) ? name : printable(name, name.size())},
                            {"value", base64(value)}});
  }
  if (!headers.empty()) out["headers"] = headers;
  if (letter.value) out["value"] = base64(*letter.value);
  if (const auto event = event_of_letter(letter)) out["event"] = boost::json::parse(*event);
  return boost::json::serialize(out);
}

Result<std::uint64_t> each_dead(
    const Store& store, std::uint64_t limit,
    const std::function<void(std::uint64_t, const DeadLetter&)>& visit) {
  std::uint64_t seen = 0;
  std::optional<Error> damaged;
  const Status scanned =
      store.scan(Table::kDead, "", "", [&](std::string_view key, std::string_view value) {
        if (++seen > limit && limit > 0) return true;
        auto letter = decode_dead(value);
        if (!letter) damaged = letter.error();
        if (letter) visit(keys::read_u64(key), *letter);
        return !damaged;
      });
  if (damaged) return *damaged;
  if (!scanned) return scanned.error();
  return limit > 0 && seen > limit ? seen - limit : 0;
}

Result<ShardDeadMarks> mark_shard_dead(const Store& store, std::uint32_t shards) {
  ShardDeadMarks marks;
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    const std::uint64_t first = first_of_shard(shard);
    auto last =
        store.last_key(Table::kDead, keys::u64(first), keys::u64(first_of_shard(shard + 1)));
    if (!last) return last.error();
    marks.push_back(*last ? keys::read_u64(**last) + 1 : first);
  }
  return marks;
}

Status each_shard_dead(const Store& store, const ShardDeadMarks& marks, std::uint64_t limit,
                       const std::function<void(std::uint64_t, const DeadLetter&)>& visit) {
  std::uint64_t seen = 0;
  Status read;
  for (std::uint32_t shard = 0; shard < marks.size() && seen < limit; ++shard) {
    const Status scanned =
        store.scan(Table::kDead, keys::u64(marks[shard]), keys::u64(first_of_shard(shard + 1)),
                   [&](std::string_view key, std::string_view value) {
                     auto letter = decode_dead(value);
                     if (!letter) read = letter.error();
                     if (letter) visit(keys::read_u64(key), *letter);
                     return read && ++seen < limit;
                   });
    if (!scanned) return scanned;
    if (!read) return read;
  }
  return {};
}

Result<DeadLetter> find_dead(const Store& store, const std::string& number) {
  const auto dash = number.find('-');
  const auto first = whole(std::string_view(number).substr(0, dash));
  const auto offset =
      dash == std::string::npos ? first : whole(std::string_view(number).substr(dash + 1));
  if (!first || !offset)
    return invalid("'" + printable(number, 60) + "' is no dead letter's number");
  const std::uint64_t key = dash == std::string::npos ? *first : first_of_shard(*first) | *offset;
  auto value = store.get(Table::kDead, keys::u64(key));
  if (!value) return value.error();
  if (!*value) return not_found("there is no dead letter " + printable(number, 60));
  return decode_dead(**value);
}

}  // namespace kip
