#include "messages/placeholders.h"

#include <array>

namespace kip {
namespace {

using enum Slot;

const std::vector<Placeholder> kCommon = {
    {"ward"},           // Phường Hồ Nai
    {"unit"},           // whose items these are
    {"unit_short"},     // as in narrow columns
    {"role"},           // of the reader
    {"on_behalf_of"},   // the role for whom he stands in
    {"headline"},       // 3 việc có nguy cơ trễ
    {"sent_at"},        // T2 23/11/2026, 09:40
    {"data_at"},        // until when the data goes
    {"data_age"},       // 2 phút trước
    {"link"},           // one for the whole message
    {"link_until"},     // when it ends
    {"answer", kFlag},  // the link is for an answer
    {"because"},        // why I get this
    {"shadow"},         // while messages are only tried: who would get it
};

const std::vector<Placeholder> kOfAlerts = {
    {"count"},        {"overdue"},        {"at_risk"},  {"most_urgent"},    {"due"},
    {"remaining"},    {"several", kFlag}, {"intro"},    {"day_off"},        {"day_off_short"},
    {"answer_by"},    {"answer_within"},  {"superior"}, {"goes_up", kFlag}, {"in_list", kFlag},
    {"mixed", kFlag}, {"items", kRows},   {"more"},
};

const std::vector<Placeholder> kOfDigest = {
    {"count"},
    {"today"},
    {"week"},
    {"counts", kFlag},
    {"overdue"},
    {"at_risk"},
    {"paused"},
    {"on_track"},
    {"in_charge"},
    {"any_overdue", kFlag},
    {"any_at_risk", kFlag},
    {"all_well", kFlag},
    {"quiet", kFlag},
    {"open", kRows},
    {"open_more"},
    {"promised", kRows},
    {"promised_more"},
    {"below", kRows},
    {"below_more"},
    {"resolved", kRows},
    {"resolved_more"},
    {"has_open", kFlag},
    {"has_promised", kFlag},
    {"has_below", kFlag},
    {"has_resolved", kFlag},
    {"most_urgent"},
    {"due"},
    {"remaining"},
    {"promised_count"},
};

std::vector<Placeholder> with_common(const std::vector<Placeholder>& own) {
  std::vector<Placeholder> all = kCommon;
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

}  // namespace

const std::vector<Placeholder>& placeholders(MessageKind kind) {
  static const std::array<std::vector<Placeholder>, 3> kAll = {
      with_common(kOfAlerts), with_common(kOfDigest), with_common({})};
  return kAll.at(static_cast<std::size_t>(kind));
}

const std::vector<Placeholder>& letter_placeholders() {
  static const std::vector<Placeholder> kLetter = {
      {"code"},                // the item's id
      {"procedure"},           // its name
      {"authority"},           // Ủy ban nhân dân phường Hồ Nai
      {"authority_capitals"},  // ỦY BAN NHÂN DÂN PHƯỜNG HỒ NAI
      {"place"},               // Hồ Nai
      {"received"},            // ngày 09 tháng 11 năm 2026
      {"old_due"},             // 17 giờ 00, ngày 20 tháng 11 năm 2026
      {"new_due"},             // ngày 27 tháng 11 năm 2026
      {"reason"},              // what the data says of it
      {"late", kFlag},         // the old appointment has passed
      // For the officer, not printed:
      {"notes", kTexts},
      {"first_day"},  // 2026-11-25: the earliest that can be chosen
      {"new_day"},    // new_due as 2026-11-27
      {"item_page"},  // its path
  };
  return kLetter;
}

const std::vector<Placeholder>& row_placeholders() {
  static const std::vector<Placeholder> kRow = {
      {"number"},  // 1, 2, 3
      {"state"},   // Nguy cơ trễ
      {"mark"},    // ▲
      {"fill"},    // colours, as #rrggbb: of the bar at the side
      {"ink"},     // of the state's word
      {"ground"},  // behind it
      {"strong"},  // of figures on white
      {"title"},
      {"title_short"},
      {"kind"},     // Hồ sơ
      {"code"},     // the item's id
      {"of_unit"},  // its unit, where that is not the message's
      {"focus", kFlag},
      {"due_at"},      // T4 25/11, 14:20
      {"due_day"},     // 25/11
      {"left"},        // còn 11 giờ 08 phút, quá hạn 3,1 ngày làm việc
      {"left_short"},  // còn 11g08
      {"beside"},      // as left, beside the state: còn 11 giờ 08 phút, 3,1 ngày làm việc
      {"reason"},      // in one text
      {"reasons", kTexts},
      {"note"},           // why it is told now: a broken promise, an escalation
      {"todo"},           // what is to be done
      {"promised_time"},  // 15:00
  };
  return kRow;
}

}  // namespace kip
