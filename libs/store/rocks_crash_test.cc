// RocksStore beside another process, after kill -9 of that process, and on a disk that is full.
//
// The other process is this program once more (a fork alone would lack RocksDB's threads): with
// KIP_STORE_CHILD=dir it writes synced batches from two threads and tells each acknowledged one on
// kAckFd, until it is killed. KIP_STORE_CHILD_BUFFER is its write_buffer_bytes, with
// KIP_STORE_CHILD_NO_WAL it writes without one.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <thread>

#include "store/keys.h"
#include "store/rocks_store.h"
#include "store/testing.h"

namespace kip {
namespace {

using test::keys_of;
using test::noise;
using test::TempDir;
using test::value_of;
using ::testing::HasSubstr;

constexpr int kAckFd = 100;
constexpr std::uint32_t kShards = 2;
constexpr std::size_t kValueBytes = 8000;
constexpr std::uint64_t kItems = 20;
// Small, so that the kills meet flushes and compactions too.
const RocksOptions kTiny = {.reserve_bytes = 0, .write_buffer_bytes = 256 << 10};

struct Acknowledged {
  std::uint32_t shard;
  std::uint32_t n;
};

std::string position_key(std::uint32_t shard) { return keys::total(shard, "position"); }
std::string item_key(std::uint32_t shard, std::uint64_t n) {
  return keys::total(shard, std::to_string(n % kItems));
}

// Batch `n` of a shard touches four tables; from the position alone follows what all must hold.
Batch nth_batch(std::uint32_t shard, std::uint64_t n) {
  Batch batch;
  batch.put(Table::kLog, keys::log(shard, n), noise(kValueBytes, n));
  batch.put(Table::kItem, item_key(shard, n), std::to_string(n));
  if (n > 0) {
    const auto before = instant_of(static_cast<std::int64_t>(n) - 1);
    batch.erase(Table::kTimer, keys::timer(shard, before, "HS"));
  }
  batch.put(Table::kTimer, keys::timer(shard, instant_of(static_cast<std::int64_t>(n)), "HS"), "");
  batch.put(Table::kMeta, position_key(shard), keys::u64(n));
  return batch;
}

// The last batch of a shard that is there, -1 for none; fails where a batch is not whole.
std::int64_t checked_position(const Store& store, std::uint32_t shard) {
  const std::string position = value_of(store, Table::kMeta, position_key(shard));
  const auto logged = keys_of(store, Table::kLog, keys::u32(shard), keys::u32(shard + 1));
  const auto timers = keys_of(store, Table::kTimer, keys::u32(shard), keys::u32(shard + 1));
  if (position == "(none)") {
    EXPECT_EQ(logged.size() + timers.size(), 0U);
    return -1;
  }
  const std::uint64_t last = keys::read_u64(position);
  EXPECT_EQ(logged.size(), last + 1);
  EXPECT_EQ(keys::log_offset(logged.back()), last);
  EXPECT_EQ(value_of(store, Table::kLog, logged.back()), noise(kValueBytes, last));
  EXPECT_EQ(timers.size(), 1U);
  EXPECT_EQ(keys::read_timer(timers.back()).at, instant_of(static_cast<std::int64_t>(last)));
  for (std::uint64_t n = last; n + kItems > last && n <= last; --n) {
    EXPECT_EQ(value_of(store, Table::kItem, item_key(shard, n)), std::to_string(n));
  }
  return static_cast<std::int64_t>(last);
}

[[noreturn]] void write_until_killed(const std::string& dir) {
  const auto buffer = std::stoull(::getenv("KIP_STORE_CHILD_BUFFER"));
  const bool wal = ::getenv("KIP_STORE_CHILD_NO_WAL") == nullptr;
  auto store =
      *RocksStore::open(dir, {.reserve_bytes = 0, .write_buffer_bytes = buffer, .wal = wal});
  const auto write_shard = [&](std::uint32_t shard) {
    const std::string position = value_of(*store, Table::kMeta, position_key(shard));
    auto n = position == "(none)" ? 0U : static_cast<std::uint32_t>(keys::read_u64(position)) + 1;
    for (;; ++n) {
      if (!store->write(nth_batch(shard, n), Durability::kSynced)) ::_exit(2);
      const Acknowledged ack = {shard, n};
      if (::write(kAckFd, &ack, sizeof ack) != sizeof ack) ::_exit(3);
    }
  };
  std::thread other(write_shard, 1U);
  write_shard(0);
  ::_exit(4);
}

class WriterChild : public ::testing::Environment {
 public:
  void SetUp() override {
    if (const char* dir = ::getenv("KIP_STORE_CHILD")) write_until_killed(dir);
  }
};
// GoogleTest owns it.
const auto* const kWriterChild = ::testing::AddGlobalTestEnvironment(new WriterChild);

class Writer {
 public:
  Writer(const std::string& dir, const RocksOptions& options) {
    std::array<int, 2> ends{};
    KIP_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0);
    // Set on this side: after a fork beside RocksDB's threads only exec is safe.
    ::setenv("KIP_STORE_CHILD", dir.c_str(), 1);
    ::setenv("KIP_STORE_CHILD_BUFFER", std::to_string(options.write_buffer_bytes).c_str(), 1);
    if (!options.wal) ::setenv("KIP_STORE_CHILD_NO_WAL", "1", 1);
    pid_ = ::fork();
    KIP_CHECK(pid_ >= 0);
    if (pid_ == 0) {
      ::dup2(ends[1], kAckFd);
      // Any test: the environment is set up before it and never returns.
      ::execl("/proc/self/exe", "store_test", "--gtest_filter=Batch.*", "--gtest_brief=1", nullptr);
      ::_exit(1);
    }
    ::unsetenv("KIP_STORE_CHILD");
    ::unsetenv("KIP_STORE_CHILD_NO_WAL");
    ::close(ends[1]);
    from_child_ = ends[0];
  }
  ~Writer() {
    if (pid_ > 0) kill_now();
    ::close(from_child_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // False at the end of the pipe.
  bool read(Acknowledged& ack) { return ::read(from_child_, &ack, sizeof ack) == sizeof ack; }
  void kill_now() {
    ::kill(pid_, SIGKILL);
    int status = 0;
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it ended by itself";
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
  int from_child_ = -1;
};

TEST(RocksCrash, EveryAcknowledgedBatchIsThereAndWholeAfterKill9) {
  const TempDir dir;
  std::array<std::int64_t, kShards> acknowledged = {-1, -1};
  constexpr int kKills = 12;
  for (int round = 0; round < kKills; ++round) {
    Writer writer(dir.path(), kTiny);
    Acknowledged ack{};
    ASSERT_TRUE(writer.read(ack));
    acknowledged.at(ack.shard) = ack.n;
    std::this_thread::sleep_for(std::chrono::milliseconds(round * 7));
    writer.kill_now();
    while (writer.read(ack)) acknowledged.at(ack.shard) = ack.n;

    const auto reader = RocksStore::open_reader(dir.path());
    ASSERT_TRUE(reader) << reader.error().message;
    const auto store = RocksStore::open(dir.path(), kTiny);
    ASSERT_TRUE(store) << store.error().message;
    for (std::uint32_t shard = 0; shard < kShards; ++shard) {
      const std::int64_t position = checked_position(**store, shard);
      EXPECT_GE(position, acknowledged.at(shard));
      EXPECT_LE(position, acknowledged.at(shard) + 1);
      EXPECT_EQ(checked_position(**reader, shard), position);
      acknowledged.at(shard) = position;  // the next round goes on from here, told or not
    }
  }
  EXPECT_GT(acknowledged[0] + acknowledged[1], kKills);
  RecordProperty("batches", std::to_string(acknowledged[0] + acknowledged[1] + 2));
}

TEST(RocksCrash, WithoutAWalAllTablesAreAtOneEarlierStateAfterKill9) {
  const TempDir dir;
  RocksOptions options = kTiny;
  options.wal = false;
  std::array<std::int64_t, kShards> before = {-1, -1};
  for (int round = 0; round < 8; ++round) {
    std::array<std::int64_t, kShards> acknowledged = before;
    Writer writer(dir.path(), options);
    Acknowledged ack{};
    for (int n = 0; n < 200; ++n) {
      ASSERT_TRUE(writer.read(ack));
      acknowledged.at(ack.shard) = ack.n;
    }
    writer.kill_now();
    while (writer.read(ack)) acknowledged.at(ack.shard) = ack.n;
    const auto store = RocksStore::open(dir.path(), options);
    ASSERT_TRUE(store) << store.error().message;
    for (std::uint32_t shard = 0; shard < kShards; ++shard) {
      const std::int64_t position = checked_position(**store, shard);
      EXPECT_GE(position, before.at(shard));
      EXPECT_LE(position, acknowledged.at(shard) + 1);
      before.at(shard) = position;
    }
  }
  EXPECT_GT(before[0] + before[1], 200) << "nothing was ever flushed";
}

TEST(RocksCrash, ASecondWriterIsRefusedWithWordsAndAReaderWorksBesideTheOtherProcess) {
  const TempDir dir;
  Writer writer(dir.path(), {});
  Acknowledged ack{};
  ASSERT_TRUE(writer.read(ack));
  const auto second = RocksStore::open(dir.path(), kTiny);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::kUnavailable);
  EXPECT_THAT(second.error().message, HasSubstr("held by another process"));
  EXPECT_THAT(second.error().message, HasSubstr(dir.path()));

  const auto reader = RocksStore::open_reader(dir.path());
  ASSERT_TRUE(reader) << reader.error().message;
  for (int round = 0; round < 10; ++round) {
    EXPECT_TRUE(writer.read(ack));
    const Status refreshed = (*reader)->refresh();
    EXPECT_TRUE(refreshed) << refreshed.error().message;
    EXPECT_GE(checked_position(**reader, ack.shard), ack.n);
  }
  // The refused writer has not broken the lock of the first.
  EXPECT_FALSE(RocksStore::open(dir.path(), kTiny));
}

// A small disk of its own, for tests that fill it.
class SmallDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!resize("size=24m", 0)) {
      GTEST_SKIP() << "skipped: cannot mount a tmpfs here (" << std::strerror(errno)
                   << "): the full disk is not tested; run as root";
    }
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) ::umount2(dir_.path().c_str(), MNT_DETACH);
  }
  bool make_room() { return resize("size=96m", MS_REMOUNT); }
  const std::string& path() const { return dir_.path(); }

 private:
  bool resize(const char* size, unsigned long flags) {
    return ::mount("tmpfs", dir_.path().c_str(), "tmpfs", flags, size) == 0;
  }
  TempDir dir_;
  bool mounted_ = false;
};

struct Filled {
  std::int64_t acknowledged = -1;
  Error error;
};

Filled write_until_full(Store& store) {
  Filled out;
  for (std::uint32_t n = 0; n < 200'000; ++n) {
    const Status status = store.write(nth_batch(0, n), Durability::kSynced);
    if (!status) {
      out.error = status.error();
      return out;
    }
    out.acknowledged = n;
  }
  ADD_FAILURE() << "the disk never became full";
  return out;
}

TEST_F(SmallDisk, KeepsEveryAcknowledgedBatchOverARealEnospc) {
  auto store = *RocksStore::open(path(), {.reserve_bytes = 0, .write_buffer_bytes = 4 << 20});
  const Filled filled = write_until_full(*store);
  EXPECT_GT(filled.acknowledged, 100);
  EXPECT_THAT(filled.error.message, HasSubstr("disk full"));

  // Room alone does not bring it back: what the failed write left is known only after a reopen.
  ASSERT_TRUE(make_room());
  const Status later = test::put(*store, Table::kItem, "a", "1");
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, Errc::kCorrupt);
  EXPECT_EQ(checked_position(*store, 0), filled.acknowledged);

  store.reset();
  const auto again = RocksStore::open(path(), {.reserve_bytes = 0});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_GE(checked_position(**again, 0), filled.acknowledged);
  EXPECT_LE(checked_position(**again, 0), filled.acknowledged + 1);
  EXPECT_TRUE(test::put(**again, Table::kItem, "a", "1"));
}

TEST_F(SmallDisk, WithAReserveItRefusesInTimeAndGoesOnOnceThereIsRoom) {
  const RocksOptions options = {.reserve_bytes = 8 << 20, .write_buffer_bytes = 4 << 20};
  auto store = *RocksStore::open(path(), options);
  const Filled filled = write_until_full(*store);
  EXPECT_GT(filled.acknowledged, 100);
  EXPECT_EQ(filled.error.code, Errc::kUnavailable);
  EXPECT_THAT(filled.error.message, HasSubstr("disk full"));
  EXPECT_EQ(checked_position(*store, 0), filled.acknowledged);

  // A restart on the full disk works too.
  store.reset();
  store = *RocksStore::open(path(), options);
  EXPECT_EQ(checked_position(*store, 0), filled.acknowledged);
  ASSERT_TRUE(make_room());
  EXPECT_TRUE(store->write(nth_batch(0, static_cast<std::uint64_t>(filled.acknowledged) + 1),
                           Durability::kSynced));
}

TEST_F(SmallDisk, ACopyOntoAFullDiskFailsAndLeavesNothing) {
  const TempDir source;
  const auto store = *RocksStore::open(source.path(), {.reserve_bytes = 0});
  for (std::uint32_t n = 0; n < 5'000; ++n) {
    ASSERT_TRUE(store->write(nth_batch(0, n), Durability::kBuffered));
  }
  const Status copied = store->copy_to(path() + "/copy");
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, Errc::kUnavailable);
  EXPECT_THAT(copied.error().message, HasSubstr("disk full"));
  EXPECT_TRUE(std::filesystem::is_empty(path() + "/copy"));
}

}  // namespace
}  // namespace kip
