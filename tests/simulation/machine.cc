#include "simulation/machine.h"

#include "base/hash.h"
#include "contract/state.h"
#include "runtime/backlog.h"
#include "runtime/items.h"
#include "store/keys.h"

namespace kip::sim {
namespace {

struct Crash {
  std::string point;
};

void must(const Status& status) {
  if (!status) throw Difference("unexpected error: " + status.error().message);
}

using Row = std::function<void(std::string_view key, std::string_view value)>;
void each(const Store& store, Table table, const std::string& from, const std::string& until,
          const Row& row) {
  must(store.scan(table, from, until, [&](std::string_view key, std::string_view value) {
    row(key, value);
    return true;
  }));
}

template <typename Message>
Message parse(std::string_view bytes) {
  Message message;
  KIP_CHECK(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  return message;
}

}  // namespace

void Trace::note(const std::string& what) {
  hash_ = fnv1a(what, hash_);
  if (telling_) std::printf("  %s\n", what.c_str());
}

void Trace::append(const v1::StampedEvent& record, const std::string& bytes) {
  mix(bytes);
  if (telling_) std::printf("  append %s\n", line_of(record).c_str());
}

std::vector<v1::StampedEvent> Stored::committed() const {
  std::vector<v1::StampedEvent> all = ahead;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const auto n = std::min<std::size_t>(logs[i].size(), positions[i]);
    all.insert(all.end(), logs[i].begin(), logs[i].begin() + static_cast<std::ptrdiff_t>(n));
  }
  return all;
}

Machine::Machine(Rng& rng, Options options, Counts& counts, Trace& trace)
    : rng_(rng), options_(options), counts_(counts), trace_(trace) {}

void Machine::use(std::shared_ptr<const Policy> policy) {
  policy_ = std::move(policy);
  if (shards_.empty()) open_all();
  for (auto& owned : shards_) owned->shard->set_policy(policy_);
}

void Machine::open_all() {
  shards_.clear();
  store_.reopen();
  auto log = EmbeddedLog::open(store_, options_.shards);
  if (!log) throw Difference("the log does not open: " + log.error().message);
  log_ = std::move(*log);
  for (std::uint32_t i = 0; i < options_.shards; ++i) {
    shards_.push_back(std::make_unique<Owned>());
    open_shard(i);
  }
}

void Machine::open_shard(std::uint32_t i) {
  ShardOptions options;
  options.shard = i;
  options.clock = options_.clock;
  options.records_max = options_.records_max;
  options.timers_max = options_.timers_max;
  options.held_max = options_.held_max;
  options.owns = [i, n = options_.shards](std::string_view id) {
    return shard_of(std::string(id), n) == i;
  };
  options.at_point = [this](std::string_view point) {
    if (points_left_ > 0 && --points_left_ == 0) throw Crash{std::string(point)};
  };
  Owned& owned = *shards_[i];
  owned.shard.reset();
  owned.seam = log_->seam(i);
  owned.shard = std::make_unique<Shard>(*owned.seam, store_, policy_, options);
  must(owned.shard->open());
}

void Machine::arm() {
  if (failing_ || points_left_ > 0) return;
  if (rng_.chance(55)) {
    points_left_ = static_cast<int>(rng_.between(1, 9));
  } else {
    arm_write(rng_.chance(30) ? WriteFault::kBefore : WriteFault::kAfter);
  }
}

void Machine::arm_write(WriteFault fault) {
  failing_ = true;
  store_.fail_next_write(fault);
}

void Machine::restart() { crash("between", std::nullopt); }

void Machine::crash(const std::string& point, std::optional<std::uint32_t> shard) {
  trace_.note("-- crash at " + point);
  ++counts_.crashes[point];
  died_ = true;
  if (shard && rng_.chance(40)) {
    open_shard(*shard);
  } else {
    open_all();
  }
}

void Machine::fail(const Error& error, std::optional<std::uint32_t> shard) {
  if (!failing_) throw Difference("unexpected error: " + error.message);
  failing_ = false;
  trace_.note("-- " + error.message);
  died_ = true;
  if (error.code == Errc::kUnavailable) {
    ++counts_.failed_writes;
    if (shard) open_shard(*shard);
  } else {
    ++counts_.unknown_outcomes;
    open_all();
  }
}

bool Machine::append(const std::vector<v1::StampedEvent>& records) {
  std::vector<Appended> out;
  for (const auto& record : records) {
    out.push_back({record.event().item_id(), record.SerializeAsString()});
    trace_.append(record, out.back().value);
  }
  if (const Status done = log_->append(out, {}); !done) {
    fail(done.error(), std::nullopt);
    return false;
  }
  return true;
}

template <typename Act>
std::optional<Progress> Machine::run(std::uint32_t i, const char* what, Act act) {
  try {
    Result<Progress> done = act();
    if (!done) {
      fail(done.error(), i);
      return std::nullopt;
    }
    if (done->idle) return *done;
    ++counts_.commits;
    counts_.repeats += done->repeats;
    trace_.note(std::string(what) + " shard " + std::to_string(i) + ": to " +
                std::to_string(shards_[i]->shard->position()) + ", " +
                std::to_string(done->timers) + " timers, " + std::to_string(done->alerts) +
                " alerts");
    if (done->refused != 0) throw Difference("a record was refused");
    return *done;
  } catch (const Crash& crashed) {
    crash(crashed.point, i);
    return std::nullopt;
  }
}

std::optional<Progress> Machine::step(std::uint32_t i, Instant now) {
  const bool caught_up = !shard(i).catching_up();
  const Instant before = shard(i).time();
  auto done = run(i, "step", [&] { return shard(i).step(now); });
  if (!done) return done;
  if (shard(i).time() < before) throw Difference("the shard's time runs back");
  const bool catching_up = shard(i).catching_up();
  if (catching_up && caught_up) ++counts_.catch_ups;
  if (catching_up && done->alerts != 0) throw Difference("alerts while catching up");
  return done;
}

std::optional<Progress> Machine::tick(std::uint32_t i, Instant until) {
  return run(i, "tick", [&] { return shard(i).tick(until); });
}

Stored Machine::read() const {
  Stored stored;
  each(store_, Table::kItem, "", "", [&](std::string_view key, std::string_view value) {
    auto item = decode_item(value);
    if (!item) throw Difference("a stored item cannot be read: " + item.error().message);
    stored.items[std::string(key)] = std::move(*item);
  });
  std::set<std::string> index;  // of alerts by item
  for (std::uint32_t i = 0; i < options_.shards; ++i) {
    const std::string from = keys::u32(i), until = keys::u32(i + 1);
    auto& log = stored.logs.emplace_back();
    each(store_, Table::kLog, from, until, [&](std::string_view key, std::string_view value) {
      if (keys::log_offset(key) != log.size()) throw Difference("a gap in the input log");
      log.push_back(parse<v1::StampedEvent>(value));
    });
    std::uint64_t next = 0;
    each(store_, Table::kAlerts, from, until, [&](std::string_view key, std::string_view value) {
      if (keys::log_offset(key) != next++) throw Difference("a gap in the log of alerts");
      auto alert = parse<v1::AlertEvent>(value);
      index.insert(alerts_of_prefix(alert.subject_id()) + std::string(key));
      stored.alerts[alert.subject_id()].push_back(std::move(alert));
    });
    auto& totals = stored.totals.emplace_back();
    each(store_, Table::kTotal, from, until, [&](std::string_view key, std::string_view value) {
      totals[std::string(key.substr(4))] = static_cast<std::int64_t>(keys::read_u64(value));
    });
    auto& timers = stored.timers.emplace_back();
    each(store_, Table::kTimer, from, until, [&](std::string_view key, std::string_view) {
      const auto timer = keys::read_timer(key);
      timers[std::string(timer.item_id)].push_back(timer.at);
    });
    auto position = log_->seam(i)->position();
    must(position ? Status() : Status(position.error()));
    stored.positions.push_back(*position);
  }
  each(store_, Table::kAlerts, keys::u32(kAlertIndex), "", [&](std::string_view key, auto) {
    if (index.erase(std::string(key)) == 0) throw Difference("a wrong row in the index of alerts");
  });
  if (!index.empty()) throw Difference("an alert is not in the index of its item");
  read_waiting(stored);
  read_ahead(stored);
  return stored;
}

// Of what was put off in memory alone, what a part of the commits has folded.
void Machine::read_ahead(Stored& stored) const {
  if (options_.clock == Clock::kLog) return;
  for (std::uint32_t i = 0; i < options_.shards; ++i) {
    each(store_, Table::kLog, keys::log(i, stored.positions[i]), keys::u32(i + 1),
         [&](std::string_view, std::string_view value) {
           auto record = parse<v1::StampedEvent>(value);
           const auto history = read_history(store_, record.event().item_id());
           must(history ? Status() : Status(history.error()));
           if (std::find(history->begin(), history->end(), value) != history->end())
             stored.ahead.push_back(std::move(record));
         });
  }
}

// Items as they will be when what waits is folded.
void Machine::read_waiting(Stored& stored) const {
  std::map<std::string, std::vector<std::string>> waiting;
  must(each_waiting(store_, [&](std::uint32_t, const Backlog::One& one) {
    waiting[std::string(one.item_id)].emplace_back(one.stamped);
    return true;
  }));
  for (const auto& [id, late] : waiting) {
    auto bytes = read_history(store_, id);
    must(bytes ? Status() : Status(bytes.error()));
    bytes->insert(bytes->end(), late.begin(), late.end());
    std::vector<Event> events;
    for (const std::string& one : *bytes) events.push_back(*decode_stamped(one));
    ItemState& item = stored.items[id];
    item.item_id = id;
    item.folded = fold(events, policy_->fold);
    item.dirty = true;
  }
}

}  // namespace kip::sim
