#include "app/notifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "app/test_deliveries.h"
#include "store/keys.h"
#include "store/testing.h"
#include "support/office.h"

namespace kip {
namespace {

const Instant kListDue = test::vn("2026-11-02 07:30");  // its morning list is due

class NotifierTest : public testing::Test {
 protected:
  NotifierTest() {
    auto policy = plain_policy(test::plain_week());
    policy->registry.units = {{.id = "xay-dung",
                               .name = "Phòng Xây dựng",
                               .short_name = "XD",
                               .kind = "government",
                               .ward = ""}};
    Person person;
    person.id = "tp";
    person.role = "Trưởng phòng";
    person.unit = "xay-dung";
    policy->directory = Directory(
        {{person}, {{.unit = "xay-dung", .head = "tp", .deputies = {}, .substitutes = {}}}, {}},
        policy->registry);
    policy_ = policy;
  }
  // With an outbox of that name.
  static std::shared_ptr<const NotifySetup> setup(const std::string& name) {
    auto setup = std::make_shared<NotifySetup>();
    setup->channels.channels = {{.name = name,
                                 .type = "outbox",
                                 .reach = {},
                                 .retry = {},
                                 .what = OutboxOptions{.folder = name}}};
    return setup;
  }
  std::unique_ptr<Notifier> open(const std::string& name) {
    NotifierOptions options;
    options.data = dir_.path();
    options.now = [] { return kListDue; };
    options.word = [](const Message&, const Person&, const Policy&, const NotifySetup&) {
      Delivery d;
      d.subject = d.text = "x";
      return d;
    };
    options.on_failure = [this] { failed_.set_value(); };
    options.at_point = [this](std::string_view point) {
      if (point == "noted" && ++noted_ == 2) both_.set_value();
    };
    auto notifier = Notifier::open(*store_, std::move(options), policy_, setup(name));
    EXPECT_TRUE(notifier);
    return std::move(*notifier);
  }

  test::TempDir dir_;
  std::unique_ptr<Store> store_ = open_mem_store();
  std::shared_ptr<const Policy> policy_;
  std::promise<void> failed_, both_;
  std::atomic<int> noted_{0};
};

// channels.yaml has named its one channel anew while a message waited.
TEST_F(NotifierTest, WhatWaitsOnAChannelThatIsGoneIsSentAllTheSame) {
  test::decide(*store_, "waits", "old", kListDue);
  const auto notifier = open("new");
  notifier->start();
  ASSERT_EQ(both_.get_future().wait_for(std::chrono::seconds{60}), std::future_status::ready);
  notifier->stop();
  EXPECT_EQ(notifier->counts().at({"new", "delivered"}), 2U);  // and the morning list
  EXPECT_THAT(test::keys_of(*store_, Table::kOutbox), testing::IsEmpty());
}

TEST_F(NotifierTest, WhatItCannotReadEndsItAndIsSaid) {
  ASSERT_TRUE(test::put(*store_, Table::kAlerts, keys::log(0, 0), "no alert"));
  const auto notifier = open("out");
  notifier->start();
  ASSERT_EQ(failed_.get_future().wait_for(std::chrono::seconds{60}), std::future_status::ready);
  ASSERT_TRUE(notifier->failure());
  EXPECT_EQ(notifier->failure()->code, Errc::kCorrupt);
}

}  // namespace
}  // namespace kip
