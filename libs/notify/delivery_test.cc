#include "notify/delivery.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

Delivery sound() {
  Delivery d;
  d.key = "a1:chu-tich:email";
  d.channel = "email";
  d.recipients = {"nam@honai.example"};
  d.subject = "[Kịp] 3 việc nguy cơ trễ";
  d.text = "Kính gửi";
  return d;
}

std::string code_of(const Delivery& delivery) {
  const auto outcome = unfit(delivery);
  if (!outcome) return "fit";
  EXPECT_EQ(outcome->kind, SendOutcomeKind::kPermanent);
  return outcome->code;
}

TEST(Delivery, IsFitOnlyWithAKeyARecipientAndCleanHeaders) {
  EXPECT_EQ(code_of(sound()), "fit");
  for (const std::string& key : {std::string(), std::string(65, 'k'), std::string("a b"),
                                 std::string("kịp"), std::string("a\n")}) {
    Delivery d = sound();
    d.key = key;
    EXPECT_EQ(code_of(d), "bad_key") << key;
  }
  for (const char* end : {"\r\nBcc: x@y.example", "\n", "\r", "\t", "\x7f"}) {
    Delivery d = sound();
    d.subject += end;
    EXPECT_EQ(code_of(d), "bad_header");
    d = sound();
    d.recipients = {std::string("nam@honai.example") + end};
    EXPECT_EQ(code_of(d), "bad_recipient");
    d = sound();
    d.language = std::string("vi") + end;
    EXPECT_EQ(code_of(d), "bad_header");
  }
  Delivery d = sound();
  d.recipients.clear();
  EXPECT_EQ(code_of(d), "no_recipient");
  d = sound();
  d.recipients.emplace_back();
  EXPECT_EQ(code_of(d), "bad_recipient");
}

TEST(Delivery, TakesOnlyTextsOfUtf8UpToAMebibyte) {
  Delivery d = sound();
  d.text = "\xff";
  EXPECT_EQ(code_of(d), "bad_text");
  d.text = std::string("a\0b", 3);
  EXPECT_EQ(code_of(d), "bad_text");
  d.text = std::string(kDeliveryTextMax, 'a');
  EXPECT_EQ(code_of(d), "fit");
  d.html = std::string(kDeliveryTextMax + 1, 'a');
  EXPECT_EQ(code_of(d), "too_large");
  d = sound();
  d.fields["unit"] = "\xc0\x80";
  EXPECT_EQ(code_of(d), "bad_text");
}

TEST(Delivery, AnAddressIsShownMasked) {
  EXPECT_EQ(mask_address("nam@honai.example"), "n***@honai.example");
  EXPECT_EQ(mask_address("84912345678"), "8***");
  EXPECT_EQ(mask_address("đạo"), "đ***");
  EXPECT_EQ(mask_address(""), "(none)");
  EXPECT_EQ(mask_address("\nx"), "***");
  EXPECT_EQ(mask_address("x@evil<script>"), "x***");  // of what is no address nothing is shown
}

}  // namespace
}  // namespace kip
