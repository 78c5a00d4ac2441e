// When sources were heard, as a shard writes it and as others take it.

#include "runtime/heard.h"

#include <gtest/gtest.h>

#include "base/time.h"
#include "store/keys.h"
#include "store/testing.h"

namespace kip {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Instant kTen = hour_start(500'000);

struct Hours {
  std::unique_ptr<Store> store = open_mem_store();

  // How many rows were written.
  std::size_t write(HeardHours& heard) const {
    Batch batch;
    heard.write(batch);
    EXPECT_TRUE(store->write(batch, Durability::kSynced));
    return batch.writes().size();
  }
  std::vector<HeardHour> all() const { return *heard_hours(*store, "src", 0); }
};

TEST(HeardHours, WriteNoMoreThanIsNewByTheGrain) {
  Hours told;
  HeardHours heard(*told.store, 3, minutes{1});
  const auto note = [&](Instant at, Instant occurred) {
    ASSERT_TRUE(heard.note("src", at, occurred));
  };
  note(kTen, kTen);
  EXPECT_EQ(told.write(heard), 1U);
  note(kTen + seconds{59}, kTen);
  EXPECT_EQ(told.write(heard), 0U);  // the same hour, hardly later
  note(kTen + seconds{59}, kTen - minutes{5});
  EXPECT_EQ(told.write(heard), 1U);  // it spoke of earlier
  note(kTen + seconds{130}, kTen);
  EXPECT_EQ(told.write(heard), 1U);
  note(kTen + seconds{150}, kTen);
  note(kTen + minutes{60}, kTen);
  EXPECT_EQ(told.write(heard), 2U);  // what waited of the hour that is over, and the new one
  EXPECT_EQ(told.all(), (std::vector<HeardHour>{{500'000, kTen + seconds{150}, kTen - minutes{5}},
                                                {500'001, kTen + minutes{60}, kTen}}));
}

TEST(HeardHours, OfAnotherStoreAddToWhatIsKnown) {
  Hours from, to;
  HeardHours heard(*from.store, 3);
  ASSERT_TRUE(heard.note("src", kTen + minutes{9}, kTen - minutes{5}));
  from.write(heard);
  // The shard has moved and remembers less.
  Hours moved;
  HeardHours after(*moved.store, 3);
  ASSERT_TRUE(after.note("src", kTen + minutes{20}, kTen));
  moved.write(after);
  std::vector<std::size_t> puts;
  for (const Hours* told : {&from, &moved, &from}) {
    for (const auto& [key, value] : test::rows_of(*told->store, Table::kHeard)) {
      Batch batch;
      ASSERT_TRUE(merge_heard(*to.store, key, value, batch));
      puts.push_back(batch.writes().size());
      ASSERT_TRUE(to.store->write(batch, Durability::kSynced));
    }
  }
  EXPECT_EQ(puts, (std::vector<std::size_t>{1, 1, 0}));
  EXPECT_EQ(to.all(), (std::vector<HeardHour>{{500'000, kTen + minutes{20}, kTen - minutes{5}}}));
  Batch batch;
  EXPECT_EQ(merge_heard(*to.store, "src", std::string(16, 'x'), batch).error().code,
            Errc::kCorrupt);
  EXPECT_EQ(merge_heard(*to.store, keys::heard("src", 1, 1), "short", batch).error().code,
            Errc::kCorrupt);
}

}  // namespace
}  // namespace kip
