#include "app/figure_lines.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/setup.h"

namespace kip {
namespace {

// Is less of it better, or more?
enum class Wish : std::uint8_t { kNone, kLess, kMore };

struct Figure {
  std::optional<double> value;
  std::string text;
};

Figure number(double value, int places) { return {value, comma_text(value, places)}; }
Figure count(std::uint64_t value) { return {static_cast<double>(value), grouped(value)}; }

Figure share(const std::optional<double>& value) {
  if (!value) return {std::nullopt, "-"};
  return number(*value, 3);
}

Figure spread(const std::optional<Quartiles>& value) {
  if (!value) return {std::nullopt, "-"};
  return {value->median, comma_text(value->low, 2) + "·" + comma_text(value->median, 2) + "·" +
                             comma_text(value->high, 2)};
}

Figure of(const std::optional<Quartiles>& value, double Quartiles::*which) {
  if (!value) return {std::nullopt, "-"};
  return number(*value.*which, 2);
}

class Lines {
 public:
  explicit Lines(const std::optional<Side>& before) : before_(before) {}

  // `figure`: of a Side.
  template <typename F>
  void add(const std::string& heading, const std::string& name, Wish wish, int places,
           const Side& after, const F& figure) {
    const Figure now = figure(after);
    FigureLine line{heading, name, false, now.text, "", "", Tone::kNone};
    if (before_) {
      const Figure then = figure(*before_);
      line.before = then.text;
      compare(then, now, wish, places, line);
    }
    lines.push_back(std::move(line));
  }

  void mark_of_last() { lines.back().of_last = true; }

  std::vector<FigureLine> lines;

 private:
  static void compare(const Figure& then, const Figure& now, Wish wish, int places,
                      FigureLine& line) {
    if (!then.value || !now.value) {
      line.difference = then.text == now.text ? "0" : "-";
      return;
    }
    const double more = *now.value - *then.value;
    line.difference = signed_text(more, places);
    if (more == 0) {
      // The median stands and a quartile moved: that is a difference, of no clear sign.
      if (then.text != now.text) line.difference = "≈ 0";
      line.tone = then.text == now.text ? Tone::kSame : Tone::kNone;
    } else if (wish != Wish::kNone) {
      line.tone = (more < 0) == (wish == Wish::kLess) ? Tone::kBetter : Tone::kWorse;
    }
  }

  const std::optional<Side>& before_;
};

}  // namespace

std::string comma_text(double value, int places) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", places, std::abs(value));
  const std::string digits = text;
  const std::size_t point = digits.find('.');
  std::string out = grouped(std::stoull(digits.substr(0, point)));
  if (point != std::string::npos) out += "," + digits.substr(point + 1);
  const bool zero = digits.find_first_not_of("0.") == std::string::npos;
  return (value < 0 && !zero ? "−" : "") + out;
}

std::string date_text(LocalDay day) {
  const std::string text = day_text(day);  // 2026-11-24
  return text.substr(8, 2) + "/" + text.substr(5, 2) + "/" + text.substr(0, 4);
}

std::string joined(const std::vector<std::string>& list, const std::string& by) {
  std::string out;
  for (const std::string& word : list) out += (&word == &list.front() ? "" : by) + word;
  return out;
}

std::string signed_text(double value, int places) {
  const std::string text = comma_text(value, places);
  if (text.find_first_not_of("0,.") == std::string::npos) return value == 0 ? "0" : "≈ 0";
  return value > 0 ? "+" + text : text;
}

Side together_of(const RuleBacktest& b) {
  return {b.warnings.together, b.replay.late, b.period.weeks()};
}

Side side_of(const RuleBacktest& b, RuleId rule) {
  const bool early = facts_of(rule).effect != RuleEffect::kOverdue;
  return {figures_of(b, rule), b.replay.late, b.period.weeks(), early};
}

std::vector<FigureLine> figure_lines(const Side& after, const std::optional<Side>& before) {
  Lines out(before);
  out.add("báo/tuần", "Cảnh báo mỗi tuần", Wish::kLess, 1, after,
          [](const Side& s) { return number(s.alerts_a_week(), 1); });
  out.add("bị báo", "Việc bị báo", Wish::kNone, 0, after,
          [](const Side& s) { return count(s.figures.flagged); });
  out.add("trễ thật", "trong đó trễ thật", Wish::kNone, 0, after,
          [](const Side& s) { return count(s.figures.late_flagged); });
  out.mark_of_last();
  out.add("", "Báo nhầm (không trễ)", Wish::kLess, 0, after,
          [](const Side& s) { return count(s.figures.false_alarms()); });
  out.add("đúng", "Đúng (phần của việc bị báo)", Wish::kMore, 3, after,
          [](const Side& s) { return share(s.figures.precision); });
  out.add("bắt được", "Bắt được (phần của việc trễ)", Wish::kMore, 3, after,
          [](const Side& s) { return share(s.figures.recall); });
  out.add("sót", "Sót (trễ, không báo trước hạn)", Wish::kLess, 0, after, [](const Side& s) {
    return s.early ? count(s.missed()) : Figure{std::nullopt, "-"};
  });
  out.add("sớm, ngày", "", Wish::kMore, 2, after,
          [](const Side& s) { return spread(s.figures.lead_days); });
  out.add("ngày làm việc", "", Wish::kMore, 2, after,
          [](const Side& s) { return spread(s.figures.lead_working_days); });
  out.add("", "Báo sớm, ngày, trung vị", Wish::kMore, 2, after,
          [](const Side& s) { return of(s.figures.lead_days, &Quartiles::median); });
  out.add("", "ba phần tư số việc sớm ít nhất", Wish::kMore, 2, after,
          [](const Side& s) { return of(s.figures.lead_days, &Quartiles::low); });
  out.mark_of_last();
  out.add("", "một phần tư số việc sớm ít nhất", Wish::kMore, 2, after,
          [](const Side& s) { return of(s.figures.lead_days, &Quartiles::high); });
  out.mark_of_last();
  out.add("", "Báo sớm, ngày làm việc, trung vị", Wish::kMore, 2, after,
          [](const Side& s) { return of(s.figures.lead_working_days, &Quartiles::median); });
  out.add("1 đơn vị", "Một đơn vị một ngày làm việc", Wish::kLess, 2, after,
          [](const Side& s) { return number(s.figures.load.median, 2); });
  out.add("nhiều nhất", "đơn vị nhận nhiều nhất", Wish::kLess, 2, after,
          [](const Side& s) { return number(s.figures.load.most, 2); });
  out.mark_of_last();
  return std::move(out.lines);
}

bool alike(const Side& after, const Side& before) {
  const auto lines = figure_lines(after, before);
  return std::all_of(lines.begin(), lines.end(),
                     [](const FigureLine& line) { return line.after == line.before; });
}

}  // namespace kip
