// What the letter and its officer read.

#include <cstdio>

#include "messages/apology.h"
#include "messages/render.h"
#include "messages/text.h"
#include "messages/words.h"

namespace kip {
namespace {

std::string padded(unsigned n, unsigned below) {
  return (n < below ? "0" : "") + std::to_string(n);
}

// "17 giờ 00, ngày 20 tháng 11 năm 2026"
std::string letter_time(Instant at) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(at - day_start(local_day(at)));
  const auto n = static_cast<unsigned>(minutes.count());
  return padded(n / 60, 10) + " giờ " + padded(n % 60, 10) + ", " + letter_day(local_day(at));
}

LetterSlots slots_of(const Apology& letter, const ApologyPage& page) {
  LetterSlots slots;
  slots.texts = {{"code", plain_text(letter.item_id)},
                 {"procedure", letter.procedure},
                 {"authority", letter.authority},
                 {"authority_capitals", capitals(letter.authority)},
                 {"place", letter.place},
                 {"old_due", letter_time(letter.old_due)},
                 {"reason", letter.reason},
                 {"first_day", day_text(letter.first_day)},
                 {"item_page", page.item_page}};
  if (letter.received) slots.texts["received"] = letter_day(*letter.received);
  if (letter.new_due) {
    slots.texts["new_due"] = letter_day(letter.new_due->day);
    slots.texts["new_day"] = day_text(letter.new_due->day);
  }
  slots.late = letter.late;
  slots.notes = page.notes;
  return slots;
}

}  // namespace

std::string letter_day(LocalDay day) {
  const std::chrono::year_month_day d{day};
  return "ngày " + padded(static_cast<unsigned>(d.day()), 10) + " tháng " +
         padded(static_cast<unsigned>(d.month()), 3) + " năm " +
         std::to_string(static_cast<int>(d.year()));
}

std::string fault_words(DayFault fault, const Apology& letter, LocalDay day) {
  const Words w(Language::kVietnamese, letter.now);
  const std::string first = " Ngày sớm nhất: " + w.day(letter.first_day) + ".";
  const std::string said = "Ngày hẹn mới " + w.day(day) + " không dùng được: ";
  switch (fault) {
    case DayFault::kNotAfterToday:
      return said + "phải sau hôm nay." + first;
    case DayFault::kNotAfterOldDue:
      return said + "phải sau ngày hẹn cũ, " + w.day_time(letter.old_due) + "." + first;
    case DayFault::kDayOff:
      return said + "là ngày nghỉ.";
    case DayFault::kUnknownYear:
      return said + "lịch nghỉ của năm ấy chưa có trong calendar.yaml.";
  }
  return said;
}

std::string fault_text(DayFault fault, const Apology& letter) {
  const std::string first = "; the earliest: " + day_text(letter.first_day);
  switch (fault) {
    case DayFault::kNotAfterToday:
      return "must be after today" + first;
    case DayFault::kNotAfterOldDue:
      return "must be after the old appointment" + first;
    case DayFault::kDayOff:
      return "is no working day";
    case DayFault::kUnknownYear:
      return "is beyond the years of calendar.yaml: its days off are not known";
  }
  return first;
}

std::vector<std::string> apology_notes(const Apology& letter) {
  const Words w(Language::kVietnamese, letter.now);
  std::vector<std::string> notes;
  if (letter.moved >= letter.moves_max) {
    notes.push_back("Hạn của hồ sơ đã được lùi " + w.number(letter.moved) +
                    " lần; chỉ được hẹn lại không quá " + w.number(letter.moves_max) +
                    " lần (Nghị định 107/2021/NĐ-CP; đối chiếu Nghị định 118/2025/NĐ-CP đang có "
                    "hiệu lực). Hỏi lãnh đạo trước khi ký.");
  }
  if (!letter.new_due && !letter.asked) {
    notes.emplace_back("Dữ liệu không đủ để đề xuất ngày hẹn mới: chọn ngày, hoặc điền tay.");
  } else if (letter.new_due && letter.new_due->rest && letter.new_due->step_began) {
    notes.push_back("Ngày hẹn mới là đề xuất: khi khâu hiện tại bắt đầu (" +
                    w.day_time(*letter.new_due->step_began) + ") còn " +
                    w.work(*letter.new_due->rest) +
                    " đến hạn cho khâu này và các khâu sau; Kịp tính lại từng ấy từ bây giờ.");
  }
  if (letter.old_due != letter.due) {
    notes.push_back(
        "Ngày hẹn cũ là ngày đã báo cho người nộp. Tính cả thời gian tạm dừng, hạn là " +
        w.day_time(letter.due) + ".");
  }
  if (letter.provisional) notes.emplace_back("Hạn này tạm tính: lịch nghỉ của năm ấy chưa có.");
  return notes;
}

std::string word_apology(const Apology& letter, const ApologyPage& page, const Templates& templates,
                         Form form) {
  return render_letter(templates.letter(form), form, slots_of(letter, page));
}

}  // namespace kip
