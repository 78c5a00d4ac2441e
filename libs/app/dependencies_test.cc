// Items that wait for others, in the whole service: told, and on their pages.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_service.h"
#include "app/trace.h"

namespace kip {
namespace {

using test::task_event;
using testing::HasSubstr;

TEST(Dependencies, AreToldAndShownWithHowTheyAre) {
  test::Service service;
  auto waits = task_event("e1", "NV-1");
  waits["data"].as_object()["depends_on"] = test::js::object{{"ids", {"NV-2", "NV-3"}}};
  service.post(waits);
  service.post(task_event("e2", "NV-2", test::kLateDue, "kt-ht-dt"));
  const auto blocked = [&] {
    return !service.json("/v1/alerts?rule=blocked&state=open").at("alerts").as_array().empty();
  };
  ASSERT_TRUE(blocked());  // what waits for the links is part of being through
  const auto item = service.json("/v1/items/NV-1").at("item").as_object();
  EXPECT_EQ(item.at("state").as_string(), "at_risk");
  const auto& known = item.at("depends_on").as_array();
  ASSERT_EQ(known.size(), 2U);
  EXPECT_EQ(known[0].at("state").as_string(), "overdue");
  EXPECT_EQ(known[0].at("since").as_string(), test::kLateDue);
  EXPECT_EQ(known[0].at("unit_id").as_string(), "kt-ht-dt");
  EXPECT_EQ(known[1].at("state").as_string(), "unknown");
  const std::string page = service.get("/items/NV-1").body;
  EXPECT_THAT(page, HasSubstr("<a href=\"/items/NV-2\">NV-2</a> (quá hạn), "));
  EXPECT_THAT(page, HasSubstr("Phải chờ việc khác đang trễ: NV-2"));
  EXPECT_THAT(page, HasSubstr("NV-3</a> (chưa biết việc này)"));
  const auto policy = service.engine().policy();
  const auto story = trace(*service.engine().view(), *policy, "NV-1", service.engine().now());
  ASSERT_TRUE(story);
  EXPECT_THAT(trace_text(*story, *policy), HasSubstr("Phải chờ    NV-2 (quá hạn), kt-ht-dt\n"));
  auto done = task_event("e3", "NV-2", test::kLateDue, "kt-ht-dt");
  done["time"] = "2026-11-23T02:00:00Z";
  done["data"].as_object()["status"] = "WORK_STATUS_COMPLETED";
  service.post(done);
  EXPECT_FALSE(blocked());
}

}  // namespace
}  // namespace kip
