#include "contract/wire_check.h"

#include <gtest/gtest.h>

#include <string>

#include "contract/test_arrivals.h"

namespace kip {
namespace {

std::string checked(const std::string& bytes) {
  const auto refusal = check_wire(bytes, *v1::WorkEvent::descriptor(), "");
  return refusal ? refusal->code + " " + refusal->field : "fine";
}

TEST(WireCheck, TakesEveryFieldOfTheContract) {
  v1::WorkEvent event = test::work();
  event.set_sequence(UINT64_MAX);
  event.set_status(v1::WORK_STATUS_WAITING);
  event.mutable_step()->set_name("Thẩm định");
  event.mutable_depends_on()->add_ids("HS-2");
  event.set_focus(true);
  EXPECT_EQ(checked(event.SerializeAsString()), "fine");
}

TEST(WireCheck, NamesTheFieldThatIsNotUtf8) {
  EXPECT_EQ(checked(std::string("\x1A\x02\xC3\x28", 4)), "bad_utf8 item_id");
  EXPECT_EQ(checked(std::string("\x42\x01\xFF", 3)), "bad_utf8 voids");
  EXPECT_EQ(checked(std::string("\x5A\x03\x12\x01\xFF", 5)), "bad_utf8 step.name");
}

TEST(WireCheck, RefusesAFieldInAnotherWireType) {
  EXPECT_EQ(checked(std::string("\x18\x05", 2)), "wrong_type item_id");
  EXPECT_EQ(checked(std::string("\x52\x01x", 3)), "wrong_type status");
}

TEST(WireCheck, PassesOverUnknownFieldsOfAllWireTypes) {
  std::string bytes;
  bytes += std::string("\xC0\x3E\xFF\x01", 4);                // 1000, varint
  bytes += std::string("\xC1\x3E", 2) + std::string(8, 'x');  // fixed64
  bytes += std::string("\xC2\x3E\x02\xFF\xFF", 5);            // bytes that are no UTF-8
  bytes += std::string("\xC3\x3E\x08\x01\xC4\x3E", 6);        // a group
  bytes += std::string("\xC5\x3E", 2) + std::string(4, 'x');  // fixed32
  EXPECT_EQ(checked(bytes), "fine");
}

TEST(WireCheck, RefusesWhatIsCutShortOrNoProtobuf) {
  const std::string whole = test::work().SerializeAsString();
  EXPECT_EQ(checked(whole.substr(0, whole.size() - 1)), "not_protobuf body");
  for (const std::string& bad :
       {std::string("\x00\x01", 2), std::string("\x0A\x7F", 2), std::string("\xC4\x3E", 2),
        std::string("\xC3\x3E\x08\x01", 4), std::string("\xC6\x3E", 2), std::string(11, '\xFF'),
        std::string("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11)}) {
    EXPECT_EQ(checked(bad), "not_protobuf body") << testing::PrintToString(bad);
  }
  std::string groups;
  for (int i = 0; i < 1000; ++i) groups += "\xC3\x3E";
  EXPECT_EQ(checked(groups), "not_protobuf body");
}

}  // namespace
}  // namespace kip
