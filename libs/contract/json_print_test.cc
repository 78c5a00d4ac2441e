// Printed here and printed by the library: the same bytes, or not printed here.

#include "contract/json_print.h"

#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <random>

#include "kip/v1/state.pb.h"
#include "kip/v1/view.pb.h"

namespace kip {
namespace {

std::string by_library(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string out;
  const auto done = google::protobuf::util::MessageToJsonString(message, &out, options);
  return done.ok() ? out : "error";
}

std::optional<std::string> here(const google::protobuf::Message& message) {
  std::string out;
  return print_json(message, out) ? std::optional(out) : std::nullopt;
}

// One that has every kind of field which a view or an alert has.
v1::ItemView full_view() {
  v1::ItemView view;
  view.set_item_id("H01.000-261123-0001");
  view.set_kind(v1::WORK_KIND_DOSSIER);
  view.set_title("Cấp giấy phép xây dựng – nhà ở riêng lẻ “Đường Nguyễn Ái Quốc” … ước ƯỚC ỵ");
  view.mutable_due_at()->set_seconds(1'795'401'720);
  view.mutable_received_at()->set_seconds(-1);
  view.mutable_received_at()->set_nanos(7'000'000);
  view.set_allowed_working_minutes(-12);
  view.set_focus(false);
  view.set_in_time(true);
  view.set_progress_percent(0);
  view.set_events(4'000'000'000U);
  view.add_faults("unclear");
  view.add_faults("");
  view.add_open_alerts()->set_level(v1::ALERT_LEVEL_CRITICAL);
  view.add_sub_clocks()->set_working_days(15);
  view.add_sub_clocks();
  return view;
}

TEST(JsonPrint, WritesWhatTheLibraryWrites) {
  EXPECT_EQ(here(full_view()), by_library(full_view()));
  EXPECT_EQ(here(v1::ItemView()), "{}");
  v1::AlertEvent alert;
  for (const double number : {0.0, 3.0, -40.0, 999'999'999.0, 0.5, 0.84, -0.001, 999'999.999})
    alert.add_evidence()->set_number(number);
  alert.add_evidence()->set_text("Phòng Kinh tế, Hạ tầng và Đô thị");
  alert.add_evidence()->mutable_at();
  EXPECT_EQ(here(alert), by_library(alert));
}

TEST(JsonPrint, LeavesTheUnusualToTheLibrary) {
  const auto evidence = [](double number) {
    v1::AlertEvent alert;
    alert.add_evidence()->set_number(number);
    return alert;
  };
  for (const double number :
       {0.0005, 0.1 + 0.2, 1e6 + 0.5, -0.0, 1e9, 1e300, std::nan(""), HUGE_VAL})
    EXPECT_FALSE(here(evidence(number))) << number;
  v1::ItemView view;
  for (const char* text : {"\"", "\\", "<b>", "a\nb", "\x7f", "\xC2\xAD", "\xE2\x80\x8B",
                           "\xE2\x80\xA8", "\xF0\x9F\x98\x80", "\xC3", "\xE1\xBB", "\xFF"}) {
    view.set_title(text);
    EXPECT_FALSE(here(view)) << text;
  }
  view.set_title("");
  view.mutable_due_at()->set_nanos(1);
  EXPECT_FALSE(here(view));
  view.mutable_due_at()->set_nanos(0);
  view.mutable_due_at()->set_seconds(253'402'300'800);
  EXPECT_FALSE(here(view));
  view.mutable_due_at()->set_seconds(253'402'300'799);
  EXPECT_EQ(here(view), by_library(view));
  v1::DeadLetter letter;
  letter.set_value("bytes");
  EXPECT_FALSE(here(letter));
  view.set_kind(static_cast<v1::WorkKind>(99));
  EXPECT_FALSE(here(view));
}

TEST(JsonPrint, EveryLetterOfTheBasicPlane) {
  int printed = 0;
  for (unsigned point = 1; point < 0x10000; ++point) {
    if (point >= 0xD800 && point < 0xE000) continue;
    std::string text;
    if (point < 0x80) {
      text = {static_cast<char>(point)};
    } else if (point < 0x800) {
      text = {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 0x3F))};
    } else {
      text = {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3F)),
              static_cast<char>(0x80 | (point & 0x3F))};
    }
    v1::OpenAlert alert;
    alert.set_reason(text);
    const auto mine = here(alert);
    if (!mine) continue;
    ++printed;
    ASSERT_EQ(*mine, by_library(alert)) << point;
  }
  EXPECT_GT(printed, 500);
}

// Views of random bytes: where they are printed here, they are as the library prints them.
TEST(JsonPrint, RandomViews) {
  const google::protobuf::LogSilencer without_the_parser;
  std::mt19937_64 random(7);
  const std::string base = full_view().SerializeAsString();
  int printed = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = base;
    for (int changes = 1 + static_cast<int>(random() % 3); changes > 0; --changes)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    v1::ItemView view;
    if (!view.ParseFromString(bytes)) continue;
    const auto mine = here(view);
    if (!mine) continue;
    ++printed;
    ASSERT_EQ(*mine, by_library(view));
  }
  EXPECT_GT(printed, 500);
}

}  // namespace
}  // namespace kip
