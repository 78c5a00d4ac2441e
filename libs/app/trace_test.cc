#include "app/trace.h"

#include <gmock/gmock.h>

#include "app/test_data.h"

namespace kip::test {
namespace {

using testing::HasSubstr;

class TraceTest : public testing::Test {
 protected:
  void SetUp() override {
    v1::WorkEvent first = said("HS-1", "e-1", "2026-11-02T01:00:00Z");
    first.set_status(v1::WORK_STATUS_ACCEPTED);
    first.set_title("Cấp giấy phép xây dựng");
    first.set_unit_id("kt-ht-dt");
    first.set_assignee_id("cv-1");
    stamp("2026-11-05T01:00:00Z", *first.mutable_due_at());
    v1::WorkEvent wrong = said("HS-1", "e-2", "2026-11-02T03:00:00Z");
    wrong.set_status(v1::WORK_STATUS_WAITING);
    wrong.set_waiting_for(v1::WAITING_FOR_SUPPLEMENT);
    v1::WorkEvent step = said("HS-1", "e-3", "2026-11-02T04:00:00Z");
    step.set_status(v1::WORK_STATUS_IN_PROGRESS);
    step.mutable_step()->set_code("2");
    step.mutable_step()->set_name("Thẩm tra \x1b[2J");
    step.mutable_step()->set_unit_id("van-phong");
    step.add_voids("e-2");
    v1::WorkEvent done = said("HS-1", "e-4", "2026-11-06T02:00:00Z");
    done.set_status(v1::WORK_STATUS_COMPLETED);
    v1::WorkEvent other = said("HS-2", "e-1", "2026-11-02T01:00:00Z");
    other.set_status(v1::WORK_STATUS_IN_PROGRESS);
    stamp("2026-11-20T01:00:00Z", *other.mutable_due_at());
    std::vector<std::string> events;
    for (const auto& e : {first, wrong, other, step, done}) events.push_back(e.SerializeAsString());
    feed(*store_, events, 1, at("2026-11-06T02:00:00Z"), policy_);
  }
  std::shared_ptr<const Policy> policy_ = office();
  std::unique_ptr<Store> store_ = open_mem_store();
};

TEST_F(TraceTest, TellsTheWholeStory) {
  const auto story = trace(*store_, *policy_, "HS-1", std::nullopt);
  ASSERT_TRUE(story) << story.error().message;
  EXPECT_EQ(trace_text(*story, *policy_), R"(HS-1  hồ sơ  Cấp giấy phép xây dựng
  Tình trạng  đã xử lý xong
  Hạn         T5 05/11/2026, 08:00, xong trễ T6 06/11/2026, 09:00
  Đã giữ      van-phong, cv-1; chịu trách nhiệm: kt-ht-dt

Diễn biến
T2 02/11/2026, 08:00   sự kiện   mot-cua e-1
                         đã tiếp nhận; hạn T5 05/11/2026, 08:00; việc “Cấp giấy phép xây dựng”;
                         đơn vị “kt-ht-dt”; người “cv-1”
T2 02/11/2026, 10:00   sự kiện   mot-cua e-2  [đã bị hủy]
                         đang chờ; chờ bổ sung giấy tờ
T2 02/11/2026, 11:00   sự kiện   mot-cua e-3
                         đang xử lý; hủy sự kiện e-2; bước “Thẩm tra \x1b[2J” ở van-phong
T4 04/11/2026, 11:12   → sắp đến hạn: mở, mức vàng  [due_soon lần 1, kt-ht-dt]
                         Còn 4 giờ 48 phút làm việc đến hạn T5 05/11/2026, 08:00, chưa xong. Từ T4 04/11/2026, 11:12.
                         allowed_working_minutes 1440; original_due_at T5 05/11/2026, 08:00;
                         remaining_working_minutes 288; source mot-cua;
                         threshold_working_minutes 288
T5 05/11/2026, 08:00   → quá hạn: mở, mức đỏ  [overdue lần 1, kt-ht-dt]
                         Quá hạn T5 05/11/2026, 08:00 mà chưa xong. Từ T5 05/11/2026, 08:00.
                         allowed_working_minutes 1440; original_due_at T5 05/11/2026, 08:00;
                         source mot-cua
T5 05/11/2026, 11:00   → đứng yên: mở, mức vàng  [stalled lần 1, van-phong]
                         Không có cập nhật nào từ T2 02/11/2026, 11:00, đã 3 ngày làm việc. Từ T5 05/11/2026, 11:00.
                         last_event_at T2 02/11/2026, 11:00; source mot-cua;
                         threshold_working_minutes 1440
T6 06/11/2026, 09:00   sự kiện   mot-cua e-4
                         đã xử lý xong
T6 06/11/2026, 09:00   → sắp đến hạn: đóng (việc đã kết thúc)  [due_soon lần 2, kt-ht-dt]
                         Việc đã kết thúc.
T6 06/11/2026, 09:00   → quá hạn: đóng (việc đã kết thúc)  [overdue lần 2, kt-ht-dt]
                         Việc đã kết thúc.
T6 06/11/2026, 09:00   → đứng yên: đóng (việc đã kết thúc)  [stalled lần 2, van-phong]
                         Việc đã kết thúc.

Bây giờ là T6 06/11/2026, 09:00 theo đồng hồ của dữ liệu
  sẽ báo      T2 09/11/2026, 09:00  chưa trả kết quả [not_returned], nếu không có gì mới
  không báo   chậm tiến độ, vướng việc khác, sắp đến hạn, lùi hạn nhiều lần, dự báo trễ, chưa tiếp nhận, quá hạn nội bộ, quá hạn, mở lại, đứng yên, bước quá hạn, chưa đủ 6 rõ, chờ lâu
  xét lại     T2 09/11/2026, 09:00
)");
}

TEST_F(TraceTest, SaysWhatWouldSpeakNext) {
  const auto story = trace(*store_, *policy_, "HS-2", at("2026-11-03T02:00:00Z"));
  ASSERT_TRUE(story);
  const std::string text = trace_text(*story, *policy_);
  EXPECT_THAT(text, HasSubstr("Bây giờ là T3 03/11/2026, 09:00"));
  EXPECT_THAT(text, HasSubstr("sẽ báo      T6 20/11/2026, 08:00  quá hạn [overdue]"));
}

TEST_F(TraceTest, ShowsTheLimitsInsideTheTerm) {
  const auto policy = plain_policy(policy_->calendars.common());
  const auto limit = [](const char* name, const char* label, std::int64_t days,
                        SubClockRule::Mark to) {
    return SubClockRule{.kind = Kind::kDossier,
                        .name = name,
                        .label = label,
                        .millionth_days = days * 1'000'000,
                        .from = SubClockRule::Mark::kAccepted,
                        .to = to};
  };
  policy->registry.sub_clocks = {limit("a", "Khâu A", 3, SubClockRule::Mark::kCompleted),
                                 limit("b", "Khâu B", 9, SubClockRule::Mark::kCompleted),
                                 limit("c", "Khâu C", 1, SubClockRule::Mark::kRejected),
                                 limit("d", "Khâu D", 4, SubClockRule::Mark::kReturned)};
  const auto story = trace(*store_, *policy, "HS-1", at("2026-11-09T02:00:00Z"));
  ASSERT_TRUE(story);
  EXPECT_THAT(trace_text(*story, *policy), HasSubstr(R"(
  Hạn khâu    Khâu A: xong quá hạn, T6 06/11/2026, 09:00 (hạn T5 05/11/2026, 08:00)
  Hạn khâu    Khâu B: xong trong hạn, T6 06/11/2026, 09:00 (hạn T6 13/11/2026, 08:00)
  Hạn khâu    Khâu C: không cần nữa
  Hạn khâu    Khâu D: quá hạn, hạn T6 06/11/2026, 08:00
)"));
}

TEST_F(TraceTest, SaysThatADueBeyondTheCalendarIsProvisional) {
  const auto policy = plain_policy(policy_->calendars.common());
  policy->calendars.set_years(2024, 2025);
  const auto story = trace(*store_, *policy, "HS-2", at("2026-11-03T02:00:00Z"));
  ASSERT_TRUE(story);
  EXPECT_THAT(trace_text(*story, *policy), HasSubstr("T6 20/11/2026, 08:00 (tạm tính), còn"));
}

TEST_F(TraceTest, IsJsonForPrograms) {
  const auto story = trace(*store_, *policy_, "HS-1", std::nullopt);
  const auto json = trace_json(*story, *policy_);
  ASSERT_TRUE(json);
  EXPECT_THAT(*json, HasSubstr(R"({"item":{"item_id":"HS-1",)"));
  EXPECT_THAT(*json, HasSubstr(R"({"kept":false,"event":{"event":{"event_id":"e-2")"));
  EXPECT_THAT(*json, HasSubstr(R"("rule_id":"overdue")"));
}

// An item that is due on Thursday at 08:00, warned of on Wednesday at 11:12.
class TraceOfADue : public testing::Test {
 protected:
  std::string now_part(const std::string& now) {
    v1::WorkEvent event = said("HS-1", "e-1", "2026-11-02T01:00:00Z");
    event.set_status(v1::WORK_STATUS_IN_PROGRESS);
    stamp("2026-11-05T01:00:00Z", *event.mutable_due_at());
    const auto policy = office();
    const auto store = open_mem_store();
    feed(*store, {event.SerializeAsString()}, 1, at(now), policy);
    const auto story = trace(*store, *policy, "HS-1", at(now));
    EXPECT_TRUE(story);
    const std::string text = trace_text(*story, *policy);
    return text.substr(text.find("Bây giờ là"));
  }
};

TEST_F(TraceOfADue, SaysWhatIsLeftNowNotWhatWasLeftThen) {
  const std::string text = now_part("2026-11-04T09:30:00Z");
  EXPECT_THAT(text,
              HasSubstr("đang báo    sắp đến hạn [due_soon] từ T4 04/11/2026, 11:12: Còn 1 giờ "
                        "làm việc đến hạn T5 05/11/2026, 08:00"));
}

TEST_F(TraceOfADue, SaysThatAWarningStaysOpenWhenTheItemIsOverdue) {
  const std::string text = now_part("2026-11-05T01:43:00Z");
  EXPECT_THAT(text, HasSubstr("đang báo    quá hạn [overdue] từ T5 05/11/2026, 08:00: Quá hạn"));
  EXPECT_THAT(text, HasSubstr("còn mở      sắp đến hạn [due_soon] từ T4 04/11/2026, 11:12: nay đã "
                              "quá hạn\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("làm việc đến hạn")));
}

TEST_F(TraceTest, NamesTheNearestItem) {
  EXPECT_THAT(trace(*store_, *policy_, "HS-3", {}).error().message, HasSubstr("nearest: HS-2"));
  EXPECT_THAT(trace(*store_, *policy_, "HS-", {}).error().message, HasSubstr("nearest: HS-1"));
  EXPECT_THAT(trace(*store_, *policy_, "X", {}).error().message,
              testing::Not(HasSubstr("nearest")));
  EXPECT_EQ(trace(*store_, *policy_, "X", {}).error().code, Errc::kNotFound);
}

}  // namespace
}  // namespace kip::test
