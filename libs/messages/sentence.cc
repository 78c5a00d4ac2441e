#include "messages/sentence.h"

#include <algorithm>

#include "messages/text.h"
#include "rules/rule.h"
#include "subjects/source.h"

namespace kip {
namespace {

std::string rule_todo(const std::string& rule, const Words& w) {
  if (rule == kSourceSilent)
    return w.say("Liên hệ bên vận hành hệ thống này.", "Ask those who run that system.");
  const auto id = rule_named(rule);
  if (!id) return w.say("Xem và cho biết cách xử lý.", "Look at it and say what will be done.");
  switch (*id) {
    case RuleId::kOverdue:
      return w.say("Xử lý ngay, hẹn ngày xong.", "Act now, say when it will be done.");
    case RuleId::kDueSoon:
      return w.say("Xử lý trong hạn, hoặc xác nhận và hẹn ngày xong.",
                   "Finish it in time, or answer and say when it will be done.");
    case RuleId::kLikelyLate:
      return w.say("Xử lý sớm, hoặc xác nhận và hẹn ngày xong.",
                   "Act early, or answer and say when it will be done.");
    case RuleId::kBehindPlan:
      return w.say("Xem lại kế hoạch, hẹn ngày xong.",
                   "Look at the plan, say when it will be done.");
    case RuleId::kBlocked:
      return w.say("Đôn đốc việc phải chờ, hoặc đề nghị gỡ vướng mắc.",
                   "Press for what it waits for, or ask for help.");
    case RuleId::kStepOverdue:
      return w.say("Đẩy nhanh bước đang làm, hẹn ngày xong.",
                   "Speed up the present step, say when it will be done.");
    case RuleId::kStalled:
      return w.say("Cập nhật tiến độ, hoặc đề nghị gỡ vướng mắc.",
                   "Report progress, or ask for help.");
    case RuleId::kNotAccepted:
      return w.say("Tiếp nhận, hoặc trả lại kèm lý do.",
                   "Accept it, or send it back with a reason.");
    case RuleId::kNotReturned:
      return w.say("Trả kết quả.", "Return the result.");
    case RuleId::kWaitingLong:
      return w.say("Xem lại việc tạm dừng: còn cần chờ không?", "Is the pause still needed?");
    case RuleId::kUnclear:
      return w.say("Bổ sung phần còn thiếu của 6 rõ.", "Complete the six clear fields.");
    case RuleId::kExtended:
    case RuleId::kReopened:
      return w.say("Xem lại kế hoạch và hạn.", "Look at the plan and the due time again.");
    case RuleId::kOverInternalLimit:
      return w.say("Ưu tiên xử lý để rút ngắn thời gian.", "Give it priority to save time.");
  }
  return "";
}

}  // namespace

int weight_of(Why why) {
  switch (why) {
    case Why::kPromiseBroken:
      return 11;
    case Why::kEscalated:
      return 10;
    case Why::kNotMine:
      return 9;
    case Why::kHelpWanted:
      return 8;
    case Why::kHoldOver:
      return 7;
    case Why::kLevelRose:
      return 6;
    case Why::kHandedOver:
      return 5;
    case Why::kReminder:
      return 4;
    case Why::kLiveStart:
    case Why::kShortTerm:
      return 3;
    case Why::kUpdated:
      return 2;
    case Why::kFirst:
      return 1;
    case Why::kWaiting:
    case Why::kHeld:
    case Why::kCapped:
    case Why::kDigestOnly:
    case Why::kMuted:
    case Why::kFlapping:
    case Why::kStaleData:
    case Why::kBeforeLive:
    case Why::kDropped:
    case Why::kResolved:
    case Why::kNobody:
      return 0;
  }
  return 0;
}

std::string old_data_note(Instant until, const Words& w) {
  return w.say("Theo số liệu đến " + w.day_time(until) + ": hệ thống nguồn đang im lặng.",
               "By the data of " + w.day_time(until) + ": its source is silent.");
}

std::string note_of(const MessageEntry& entry, const Words& w, const Wording& wording) {
  const std::string from = unit_name(wording, entry.from_unit, w);
  switch (entry.why) {
    case Why::kFirst:
      return w.say("Báo lần đầu.", "Told for the first time.");
    case Why::kLevelRose:
      return w.say("Đã báo trước đây, nay nặng hơn.", "Told before, and worse now.");
    case Why::kUpdated:
      return w.say("Đã báo; hạn, người xử lý hoặc bước vừa thay đổi.",
                   "Told before; its due time, officer or step has changed.");
    case Why::kReminder:
      return w.say("Nhắc lại: đã báo, chưa có xác nhận.", "Reminder: told before, not answered.");
    case Why::kPromiseBroken: {
      const std::string when = entry.promised_at ? " " + w.day_time(*entry.promised_at) : "";
      return w.say("Lỡ hẹn" + when + ".", "The promised date" + when + " has passed.");
    }
    case Why::kHoldOver:
      return w.say("Đã trả lời “xong ở hệ thống nguồn” hoặc “số liệu sai”; sau " +
                       w.work(wording.hold) + " làm việc số liệu vẫn như cũ.",
                   "Answered “done at the source” or “wrong data”; after " + w.work(wording.hold) +
                       " of working time the data are the same.");
    case Why::kHandedOver:
      return w.say("Việc đang mở, nay thuộc người phụ trách mới.",
                   "An open item, handed over to the new head.");
    case Why::kEscalated: {
      const std::string when = entry.told_at == Instant{} ? "" : " " + w.day_time(entry.told_at);
      return w.say(from + " đã được báo" + when + ", chưa xác nhận.",
                   from + " was told" + (when.empty() ? "" : " on" + when) + ", no answer yet.");
    }
    case Why::kNotMine:
      return w.say(from + " cho biết việc này không thuộc thẩm quyền.",
                   from + " says that it is not theirs.");
    case Why::kHelpWanted:
      return w.say(from + " đề nghị gỡ vướng mắc.", from + " asks for help.");
    case Why::kShortTerm:
      return w.say("Thời hạn trong một ngày làm việc: báo trước giờ cuối.",
                   "Its term is a working day at most: told before the last hour.");
    case Why::kLiveStart:
      return w.say("Đã quá hạn từ trước ngày Kịp báo tin.", "Overdue when messages began.");
    case Why::kMuted:
      return w.say("Đã xác nhận.", "Answered.");
    case Why::kFlapping:
      return w.say("Báo rồi hết nhiều lần: chỉ nêu ở bản tin sáng đến khi ổn định.",
                   "Came and went: only in this list until it is calm.");
    case Why::kStaleData:
      return w.say("Theo số liệu cũ: nguồn dữ liệu đang im lặng.",
                   "By old data: their source is silent.");
    case Why::kBeforeLive:
      return w.say("Có từ trước ngày Kịp báo tin.", "From before messages began.");
    case Why::kWaiting:
    case Why::kHeld:
    case Why::kCapped:
    case Why::kDigestOnly:
    case Why::kDropped:
    case Why::kResolved:
    case Why::kNobody:
      return "";
  }
  return "";
}

std::string alert_reason(const AlertFacts& alert, const Words& w, const Wording& wording) {
  const auto id = rule_named(alert.rule);
  // The sentence of these two has figures of the hour in which the alert was raised.
  if (id == RuleId::kOverdue)
    return w.say("Đến hạn mà chưa xong.", "Not finished by its due time.");
  if (id == RuleId::kDueSoon) {
    if (!alert.due_at || !alert.allowed || alert.allowed->ms <= 0) {
      return w.say("Sắp đến hạn, chưa xong.", "Due soon, not finished.");
    }
    const Calendar& calendar = wording.calendars.of(alert.unit_id);
    const auto left = std::max<std::int64_t>(calendar.between(w.now(), *alert.due_at).ms, 0);
    const auto used = std::clamp<std::int64_t>(100 - 100 * left / alert.allowed->ms, 0, 100);
    const std::string share = std::to_string(used) + "\u00a0%";
    return w.say("Đã dùng " + share + " thời gian được giao, chưa xong.",
                 share + " of the allowed time is used, not finished.");
  }
  const std::string said = plain_text(alert.reason);
  const std::string label = w.rule(alert.rule);
  if (said.empty()) return label.empty() ? "" : w.say("Quy tắc: ", "Rule: ") + label + ".";
  // The alert's sentence has the language of the ward; the rule's name is said in the reader's.
  return wording.registry.ward.language == w.language() ? said : label + ": " + said;
}

std::string todo_of(const ItemRow& row, const std::string& rule, const Words& w,
                    const Wording& wording) {
  const std::string from = unit_name(wording, row.from_unit, w);
  if (row.why == Why::kPromiseBroken) {
    return w.say("Ghi kế hoạch và hẹn lại ngày xong.", "Write down a plan and a new date.");
  }
  if (row.why == Why::kEscalated) {
    return w.say("Giao " + from + " hẹn ngày xong, hoặc gỡ vướng mắc.",
                 "Have " + from + " say when it will be done, or clear what is in the way.");
  }
  if (row.why == Why::kNotMine) {
    return w.say("Giao lại cho đơn vị có thẩm quyền.", "Assign it to the unit in charge.");
  }
  if (row.why == Why::kHelpWanted) {
    return w.say("Cử người gỡ vướng mắc, hẹn ngày.", "Name who helps, and by when.");
  }
  if (row.why == Why::kHoldOver) {
    return w.say("Kiểm tra hệ thống nguồn, hoặc hẹn ngày xong.",
                 "Look at the source system, or say when it will be done.");
  }
  return rule_todo(rule, w);
}

std::string headline_of(const std::vector<ItemRow>& rows, const Words& w) {
  const std::size_t overdue = count_of(rows, RowState::kOverdue);
  const std::size_t at_risk = count_of(rows, RowState::kAtRisk);
  std::vector<std::string> parts;
  if (overdue > 0) parts.push_back(w.items(overdue) + w.say(" quá hạn", " overdue"));
  if (at_risk > 0) parts.push_back(w.items(at_risk) + w.say(" có nguy cơ trễ", " at risk"));
  const std::size_t rest = rows.size() - overdue - at_risk;
  if (rest > 0) parts.push_back(w.items(rest) + w.say(" cần xem", " to look at"));
  std::string counts;
  for (const std::string& part : parts) counts += (counts.empty() ? "" : ", ") + part;
  if (rows.empty()) return counts;
  const Why why = rows.front().why;
  const bool same =
      std::all_of(rows.begin(), rows.end(), [&](const ItemRow& r) { return r.why == why; });
  if (!same) return counts;
  const auto led = [&](std::string_view vi, std::string_view en) { return w.say(vi, en) + counts; };
  if (why == Why::kPromiseBroken) return led("Lỡ hẹn ", "Promise missed, ");
  if (why == Why::kEscalated) return led("Báo cấp trên ", "Passed up, ");
  if (why == Why::kNotMine) return led("Cần giao lại ", "To be assigned, ");
  if (why == Why::kHelpWanted) return led("Đề nghị gỡ vướng mắc ", "Help wanted, ");
  if (why == Why::kReminder) return led("Nhắc lại ", "Reminder, ");
  if (why == Why::kHandedOver) return led("Nhận bàn giao ", "Handed over, ");
  if (why == Why::kShortTerm) return led("Hạn trong ngày, ", "Due within the day, ");
  if (why == Why::kLevelRose) return led("Nặng hơn, ", "Worse now, ");
  return counts;
}

}  // namespace kip
