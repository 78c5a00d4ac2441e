#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "store/rocks_store.h"
#include "store/testing.h"

namespace kip {
namespace {

using test::put;
using test::TempDir;
using test::value_of;

TEST(RocksMemory, IsSharedByStoresAndHoldsTheirWritesTogether) {
  const TempDir dir;
  constexpr std::uint64_t kBuffers = 8ULL << 20;
  const auto memory = std::make_shared<RocksMemory>(1ULL << 20, kBuffers);
  std::vector<std::unique_ptr<RocksStore>> stores;
  for (const char* name : {"a", "b", "c", "d"})
    stores.push_back(*RocksStore::open(dir / name, {.memory = memory}));
  const std::uint64_t before = memory->used_bytes();
  ASSERT_TRUE(put(*stores.front(), Table::kItem, "x", std::string(1ULL << 20, 'x')));
  EXPECT_GE(memory->used_bytes(), before + (1ULL << 20));
  // 64 MiB in all: each would take that alone with buffers of its own.
  for (int i = 0; i < 64; ++i) {
    ASSERT_TRUE(put(*stores[static_cast<std::size_t>(i) % 4], Table::kItem, std::to_string(i),
                    std::string(1ULL << 20, 'y')));
  }
  // A flush may come late; without the common limit none would come at all.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (memory->used_bytes() >= 3 * kBuffers && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_LT(memory->used_bytes(), 3 * kBuffers);
  for (int i = 0; i < 64; ++i) {
    EXPECT_EQ(value_of(*stores[static_cast<std::size_t>(i) % 4], Table::kItem, std::to_string(i)),
              std::string(1ULL << 20, 'y'));
  }
}

}  // namespace
}  // namespace kip
