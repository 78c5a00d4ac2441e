#pragma once
// A shard that has put off a backlog, for tests.

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/shard_bench.h"

namespace kip::test {

inline const Instant kLate = kMonday + std::chrono::days{30};

// What has ended is sealed after 400 days.
inline std::shared_ptr<const Policy> sealing_policy() {
  auto policy = office_policy();
  policy->registry.ward.history_days = 400;
  return policy;
}

// The items of which something waits.
inline std::set<std::string> waiting(const Bench& bench) {
  std::set<std::string> out;
  EXPECT_TRUE(each_waiting(bench.store(), [&](std::uint32_t shard, const Backlog::One& one) {
    EXPECT_EQ(shard, 0U);
    out.emplace(one.item_id);
    return true;
  }));
  return out;
}

// Steps until nothing more is put off.
inline void put_off_all(Bench& bench, Instant now) {
  while (bench.shard().catching_up()) ASSERT_TRUE(bench.shard().step(now));
}

// Events of a few items out of order, told twice, and some that void others.
inline std::vector<Said> disorder(unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Said> out;
  for (int n = 0; n < 300; ++n) {
    const auto item = "HS-" + std::to_string(random() % 7);
    if (n > 0 && random() % 8 == 0) {
      out.push_back(out[random() % out.size()]);
      continue;
    }
    Said& said = out.emplace_back(item, kMonday + std::chrono::seconds{random() % 400'000});
    said.status(random() % 2 == 0 ? v1::WORK_STATUS_WAITING : v1::WORK_STATUS_IN_PROGRESS);
    said.due(kMonday + std::chrono::hours{random() % 500});
    if (n > 5 && random() % 10 == 0)
      said.stamped.mutable_event()->add_voids(out[random() % 5].stamped.event().event_id());
  }
  return out;
}

}  // namespace kip::test
