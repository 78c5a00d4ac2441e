#include "app/rule_verdict.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "app/setup.h"

namespace kip {
namespace {

// With one decimal below ten; what rounds to nothing is said as of the whole period.
void weigh_alerts(const Side& before, const Side& after, Weighed& out) {
  if (before.figures.alerts == after.figures.alerts) {
    out.kept.push_back("số cảnh báo (" + comma_text(after.alerts_a_week(), 1) + " mỗi tuần)");
    return;
  }
  const bool more = after.figures.alerts > before.figures.alerts;
  const double by = std::abs(after.alerts_a_week() - before.alerts_a_week());
  std::string text = more ? "thêm " : "bớt ";
  if (by < 0.05) {
    const std::uint64_t alerts = more ? after.figures.alerts - before.figures.alerts
                                      : before.figures.alerts - after.figures.alerts;
    text += grouped(alerts) + " cảnh báo cả kỳ";
  } else {
    text += comma_text(by, by < 10 ? 1 : 0) + " cảnh báo mỗi tuần";
  }
  text += " (" + comma_text(before.alerts_a_week(), 1) + " → " +
          comma_text(after.alerts_a_week(), 1) + ")";
  (more ? out.lost : out.gained).push_back(text);
}

// `what`: as a verb, of so many `items`; `as_before`: what is named where it stands.
void weigh_count(std::uint64_t before, std::uint64_t after, const std::string& what,
                 const std::string& items, const std::string& as_before, Weighed& out) {
  if (before == after) return out.kept.push_back(as_before + " (" + grouped(after) + ")");
  const std::string change = " (" + grouped(before) + " → " + grouped(after) + ")";
  if (after > before) {
    out.lost.push_back(what + " thêm " + grouped(after - before) + items + change);
  } else {
    out.gained.push_back("bớt " + what + " " + grouped(before - after) + items + change);
  }
}

std::string days(double value) { return comma_text(value, value < 1 ? 2 : 1) + " ngày"; }

std::string from_to(double before, double after) {
  return comma_text(before, 2) + " → " + comma_text(after, 2);
}

constexpr double kNoDifference = 0.005;  // days: what two decimals do not show

// A median may rise while part of the items is told later: that is a loss of its own.
void add_hidden_losses(const WarningFigures& then, const WarningFigures& now, Weighed& out) {
  const double low = then.lead_days->low - now.lead_days->low;
  if (low > kNoDifference) {
    out.lost.push_back("phần tư việc báo sát hạn nhất sát thêm " + days(low) + " (" +
                       from_to(then.lead_days->low, now.lead_days->low) + ")");
  }
  const double working = then.lead_working_days->median - now.lead_working_days->median;
  if (working > kNoDifference) {
    out.lost.push_back(
        "theo giờ làm việc thì báo muộn hơn " + days(working) + " làm việc (trung vị, " +
        from_to(then.lead_working_days->median, now.lead_working_days->median) + ")");
  }
}

void weigh_lead(const Side& before, const Side& after, Weighed& out) {
  const auto &then = before.figures.lead_days, &now = after.figures.lead_days;
  if (!then && !now) return;
  if (!then || !now) {
    (now ? out.gained : out.lost)
        .push_back(now ? "có báo trước " + days(now->median) + " (trung vị)"
                       : "không còn báo trước (cũ: " + days(then->median) + ", trung vị)");
    return;
  }
  const double by = now->median - then->median;
  const std::string values = " (trung vị, " + from_to(then->median, now->median) + ")";
  if (by < -kNoDifference) {
    return out.lost.push_back("báo muộn hơn " + days(-by) + values);
  }
  if (by > kNoDifference) {
    out.gained.push_back("báo sớm hơn " + days(by) + values);
  } else {
    out.kept.push_back("báo sớm " + days(now->median) + " (trung vị)");
  }
  add_hidden_losses(before.figures, after.figures, out);
}

// Fewer alerts in all may still be more for one unit.
void weigh_busiest(const Side& before, const Side& after, Weighed& out) {
  const double by = after.figures.load.most - before.figures.load.most;
  if (after.figures.alerts > before.figures.alerts || by < kNoDifference) return;
  out.lost.push_back("đơn vị nhận nhiều nhất nhận thêm " + comma_text(by, 2) +
                     " cảnh báo một ngày làm việc (" +
                     from_to(before.figures.load.most, after.figures.load.most) + ")");
}

// A rule that is not configured is like one that raises nothing.
bool same_outcome(const Side& before, const Side& after) {
  const auto key = [](const Side& s) {
    const WarningFigures& f = s.figures;
    return std::tie(s.late, f.flagged, f.late_flagged, f.late_in_time, f.alerts, f.leads, f.load);
  };
  return key(before) == key(after);
}

std::string alone(const Side& side) {
  const WarningFigures& f = side.figures;
  std::string out = comma_text(side.alerts_a_week(), 1) + " cảnh báo mỗi tuần; " +
                    grouped(f.flagged) + " việc bị báo";
  if (f.precision) {
    out +=
        ", " + grouped(f.late_flagged) + " trễ thật (" + comma_text(*f.precision * 100, 0) + " %)";
  }
  out += "; sót " + grouped(side.missed()) + " trong " + grouped(side.late) + " việc trễ";
  if (f.lead_days) out += "; báo sớm " + days(f.lead_days->median) + " (trung vị)";
  return out + ".";
}

std::string name_of(RuleId rule) {
  return std::string(rule_name(rule)) + " (" + std::string(rule_label(rule)) + ")";
}

void add_keys(const Backtests& b, std::vector<std::string>& out) {
  std::vector<std::string> keys;
  for (const RuleChange& change : b.changes()) keys.push_back(change_text(change));
  out.push_back(keys.empty() ? "Hai bộ quy tắc như nhau."
                             : "Khác nhau ở rules.yaml: " + joined(keys, "; ") + ".");
  if (!b.other_files.empty()) {
    out.back() += " Tệp khác cũng không như nhau: " + joined(b.other_files, ", ") + ".";
  }
  if (b.before->replay.judged != b.after.replay.judged ||
      b.before->replay.late != b.after.replay.late) {
    out.push_back("Việc được xét cũng khác, vì hạn được tính khác: cũ " +
                  grouped(b.before->replay.judged) + " việc, " + grouped(b.before->replay.late) +
                  " trễ; mới " + grouped(b.after.replay.judged) + " việc, " +
                  grouped(b.after.replay.late) + " trễ.");
  }
}

}  // namespace

Weighed weigh(const Side& before, const Side& after) {
  Weighed out;
  if (same_outcome(before, after)) return out;
  weigh_alerts(before, after, out);
  weigh_count(before.figures.false_alarms(), after.figures.false_alarms(), "báo nhầm", " việc",
              "báo nhầm", out);
  if (after.early) {
    weigh_count(before.missed(), after.missed(), "sót", " việc trễ", "việc trễ bị sót", out);
  }
  weigh_lead(before, after, out);
  weigh_busiest(before, after, out);
  if (!out.gained.empty() && !out.lost.empty()) {
    out.balance = Balance::kMixed;
  } else if (!out.gained.empty()) {
    out.balance = Balance::kBetter;
  } else {
    out.balance = out.lost.empty() ? Balance::kSlight : Balance::kWorse;
  }
  return out;
}

std::string balance_words(Balance balance) {
  static constexpr std::string_view kWords[] = {"không khác gì", "khác rất ít", "tốt hơn",
                                                "kém hơn", "phải cân nhắc"};
  return std::string(kWords[static_cast<std::size_t>(balance)]);
}

std::string weighed_text(const Weighed& w) {
  std::string out = balance_words(w.balance) + ".";
  if (!w.gained.empty()) out += " Được: " + joined(w.gained, ", ") + ".";
  if (!w.lost.empty()) out += " Mất: " + joined(w.lost, ", ") + ".";
  if (!w.kept.empty()) out += " Như cũ: " + joined(w.kept, ", ") + ".";
  return out;
}

std::string change_text(const RuleChange& c) {
  std::string out(rule_name(c.rule));
  if (!c.when.empty()) out += " (" + c.when + ")";
  if (c.key == "order") return out + ": các mục được thử theo thứ tự khác";
  if (c.key == "rule") {
    const std::string keys = c.before.empty() ? c.after : c.before;
    return out + (c.before.empty() ? ": mục mới (" : ": bỏ mục (") + keys + ")";
  }
  const auto value = [](const std::string& text) { return text.empty() ? "không có" : text; };
  return out + ": " + c.key + " " + value(c.before) + " → " + value(c.after);
}

std::vector<std::string> sentences_of(const Backtests& b) {
  if (!b.before) return {"Mọi cảnh báo sớm: " + alone(together_of(b.after))};
  const std::string all = weighed_text(weigh(together_of(*b.before), together_of(b.after)));
  std::vector<std::string> out = {"Mọi cảnh báo sớm, mới so với cũ: " + all};
  add_keys(b, out);
  const auto changes = b.changes();
  for (const RuleId rule : b.rules()) {
    const Weighed weighed = weigh(side_of(*b.before, rule), side_of(b.after, rule));
    bool changed = false;
    for (const RuleChange& change : changes) changed = changed || change.rule == rule;
    if (!changed && weighed.balance == Balance::kSame) continue;
    const std::string text = weighed_text(weighed);
    out.push_back(name_of(rule) + ": " + (text == all ? "như trên." : text));
  }
  return out;
}

}  // namespace kip
