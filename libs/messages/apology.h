#pragma once
// The letter of apology and new appointment of one dossier (văn bản xin lỗi và hẹn lại ngày trả kết
// quả, Mẫu số 04 of Thông tư 03/2025/TT-VPCP): what it says and what its officer must know, as
// values. A person completes it, signs it and hands it over; Kịp sends it to nobody.
//
//   if (no_apology(item)) ...                              // why there is no letter
//   Apology letter = apology_of(item, policy, now, 1);
//   if (const auto fault = choose(letter, day, policy.calendars)) ...   // the day of the officer
//   std::string page = word_apology(letter, {}, templates, Form::kHtml);
//
// The fields are those that the one-stop systems know (domain 2.4): MaHoSo item_id, TenThuTuc
// procedure, TenDonVi authority, NgayTiepNhan received, NgayHenTraCu old_due, NgayHenTraMoi
// new_due. HoVaTen is none: who handed the dossier in is a dotted line, as address, number, day and
// signature are. What the data does not hold is a dotted line too, never a guess.
//
// The proposed day: when the current step began, the plan left so much working time for it and the
// steps after it; that much is counted again from now, and the day on which it ends is proposed,
// at least first_day. None: the begin of the step is not known or was after the due, the step is
// completed, the clock stands (nobody knows until when), or the day lies beyond the calendar's
// years. Shares of steps in the catalogue are illustrative and not read. Pure; any thread.

#include <optional>
#include <string>
#include <vector>

#include "messages/templates.h"
#include "rules/item.h"

namespace kip {

// Why an item has no such letter.
enum class NoApology : std::uint8_t {
  kNoDossier,
  kEnded,          // the result is there, or none will be: nothing is left to appoint
  kNoAppointment,  // it has no due
  kNotLate,        // neither overdue nor at risk (SEMANTICS 4): the appointment stands
};
std::optional<NoApology> no_apology(const ItemState& item);

struct NewDue {
  LocalDay day{};
  // Proposed by the rule above: what the plan left, and when the step began. None: by a person.
  std::optional<WorkTime> rest;
  std::optional<Instant> step_began;
};

struct Apology {
  std::string item_id, unit;
  std::string procedure;         // the catalogue's name; empty: not known
  std::string authority, place;  // "Ủy ban nhân dân phường Hồ Nai", "Hồ Nai"
  std::optional<LocalDay> received;
  Instant old_due{};         // as the source last agreed it: what the citizen was told
  Instant due{};             // waits added
  bool provisional = false;  // beyond the calendar's years
  bool late = false;         // it has passed
  std::string reason;        // what the data says of it; empty: nothing
  LocalDay first_day{};      // the earliest working day that can be appointed
  std::optional<NewDue> new_due;
  bool asked = false;                    // a person has named a day, fit or not
  std::size_t moved = 0, moves_max = 0;  // moves of the due to a later time: so far, allowed
  Instant now{};
};

// Of an item that no_apology() lets through.
Apology apology_of(const ItemState& item, const Policy& policy, Instant now, int moves_max);

// Why a day cannot be appointed.
enum class DayFault : std::uint8_t { kNotAfterToday, kNotAfterOldDue, kDayOff, kUnknownYear };
// Takes the day that a person chose, in the place of a proposed one; a fault leaves none.
std::optional<DayFault> choose(Apology& letter, LocalDay day, const Calendars& calendars);
// In the words of an officer, and of the API.
std::string fault_words(DayFault fault, const Apology& letter, LocalDay day);
std::string fault_text(DayFault fault, const Apology& letter);

// What the officer must know and what is not printed, a sentence each.
std::vector<std::string> apology_notes(const Apology& letter);

struct ApologyPage {
  std::string item_page;           // path of the item's page
  std::vector<std::string> notes;  // apology_notes() and what else is to be said
};
// The letter as text or as a page to print (Form::kText, kHtml); Vietnamese only, whatever the
// ward's language: it is an administrative letter.
std::string word_apology(const Apology& letter, const ApologyPage& page, const Templates& templates,
                         Form form);

// "ngày 05 tháng 02 năm 2027": a day below 10 and the months 1 and 2 with a zero (Nghị định
// 30/2020/NĐ-CP, Phụ lục I).
std::string letter_day(LocalDay day);

}  // namespace kip
