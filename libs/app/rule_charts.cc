#include "app/rule_charts.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/figure_lines.h"

namespace kip {
namespace {

// In units of the drawing, which is as wide as its place: 324 pixels on a phone, 500 on a desk.
constexpr double kWidth = 400, kHeight = 240;
constexpr double kLeft = 44, kRight = 390, kTop = 12, kBottom = 204;
constexpr int kSteps = 96;  // of a curve
constexpr std::size_t kBarsMax =
    56;  // a year has a bar a week; more weeks are drawn some together, as their mean

std::string coordinate(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string line(double x1, double y1, double x2, double y2, const char* css) {
  return "<line class=\"" + std::string(css) + "\" x1=\"" + coordinate(x1) + "\" y1=\"" +
         coordinate(y1) + "\" x2=\"" + coordinate(x2) + "\" y2=\"" + coordinate(y2) + "\"/>";
}

std::string label(double x, double y, const char* anchor, const std::string& text) {
  return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" text-anchor=\"" + anchor +
         "\">" + text + "</text>";
}

std::string polyline(const std::string& points, const char* css) {
  return "<polyline class=\"" + std::string(css) + "\" points=\"" + points + "\"/>";
}

std::string framed(const std::string& words, const std::string& drawing) {
  return "<svg class=\"chart\" viewBox=\"0 0 " + coordinate(kWidth) + " " + coordinate(kHeight) +
         "\" role=\"img\" aria-label=\"" + words + "\">" + drawing + "</svg>";
}

// A round step that divides `greatest` into at most `parts`.
double step_of(double greatest, double parts) {
  const double least = std::max(greatest, 1e-9) / parts;
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= least * 0.999) return factor * power;
  }
  return 10 * power;
}

std::string tick_text(double value) {
  const bool whole = std::abs(value - std::round(value)) < 1e-6;
  const bool tenths = std::abs(value * 10 - std::round(value * 10)) < 1e-6;
  return comma_text(value, whole ? 0 : tenths ? 1 : 2);
}

double share_ahead(const RuleBacktest& b, double days) {
  const auto& leads = b.warnings.together.leads;
  const auto from = std::lower_bound(leads.begin(), leads.end(), days);
  return b.replay.late == 0
             ? 0.0
             : static_cast<double>(leads.end() - from) / static_cast<double>(b.replay.late);
}

// Where the axis of days ends: nineteen of twenty leads are shorter.
double reach_of(const Backtests& b) {
  double reach = 0.5;
  const auto look = [&](const RuleBacktest& side) {
    const auto& leads = side.warnings.together.leads;
    if (leads.empty()) return;
    reach = std::max(reach, leads[(leads.size() - 1) * 19 / 20]);
  };
  look(b.after);
  if (b.before) look(*b.before);
  const double step = step_of(reach, 5);
  return std::ceil(reach / step - 1e-9) * step;
}

double across(double part) { return kLeft + part * (kRight - kLeft); }
double up(double part) { return kBottom - part * (kBottom - kTop); }

std::string curve_of(const RuleBacktest& b, double reach, const char* css) {
  std::string points;
  for (int i = 0; i <= kSteps; ++i) {
    const double part = static_cast<double>(i) / kSteps;
    points += coordinate(across(part)) + "," + coordinate(up(share_ahead(b, part * reach))) + " ";
  }
  return polyline(points, css);
}

std::string percent(double part) { return comma_text(part * 100, 0) + " %"; }

// Weeks drawn as one bar, and how many of them.
struct Bars {
  std::size_t weeks_each = 1;
  std::vector<double> heights;  // alerts a week
};

Bars bars_of(const std::vector<std::uint64_t>& by_week) {
  Bars bars;
  bars.weeks_each = (by_week.size() + kBarsMax - 1) / kBarsMax;
  for (std::size_t i = 0; i < by_week.size(); i += bars.weeks_each) {
    const std::size_t end = std::min(i + bars.weeks_each, by_week.size());
    double sum = 0;
    for (std::size_t week = i; week < end; ++week) sum += static_cast<double>(by_week[week]);
    bars.heights.push_back(sum / static_cast<double>(end - i));
  }
  return bars;
}

std::string height_axis(double top) {
  std::string out;
  const double step = step_of(top, 4);
  for (int i = 0; i * step <= top * 1.0001; ++i) {
    const double y = up(i * step / top);
    out += line(kLeft, y, kRight, y, i == 0 ? "axis" : "grid") +
           label(kLeft - 6, y + 4, "end", tick_text(i * step));
  }
  return out;
}

std::string stepped(const Bars& bars, double top) {
  std::string points;
  const auto count = static_cast<double>(bars.heights.size());
  for (std::size_t i = 0; i < bars.heights.size(); ++i) {
    const std::string y = coordinate(up(bars.heights[i] / top));
    const auto at = static_cast<double>(i);
    points += coordinate(across(at / count)) + "," + y + " " +
              coordinate(across((at + 1) / count)) + "," + y + " ";
  }
  return polyline(points, "old");
}

std::string week_axis(const Period& period, std::size_t weeks, std::size_t weeks_each) {
  const LocalDay first = period.first_week();
  std::string out = label(kLeft, kBottom + 18, "start", date_text(first));
  if (weeks > 2) {
    const LocalDay last = first + std::chrono::days{7 * static_cast<int>(weeks - 1)};
    out += label(kRight, kBottom + 18, "end", date_text(last));
  }
  return out + label((kLeft + kRight) / 2, kHeight - 3, "middle",
                     weeks_each == 1 ? "tuần bắt đầu từ"
                                     : "mỗi cột là trung bình của " + std::to_string(weeks_each) +
                                           " tuần, bắt đầu từ");
}

// A dot a bin, the larger the more items.
std::string bins_of(const ForeseenPoint& point, const char* css) {
  std::string points, dots;
  std::uint64_t most = 1;
  for (const ChanceBin& bin : point.bins) most = std::max(most, bin.items);
  for (const ChanceBin& bin : point.bins) {
    if (bin.items == 0) continue;
    const auto items = static_cast<double>(bin.items);
    const std::string x = coordinate(across(bin.chances / items));
    const std::string y = coordinate(up(static_cast<double>(bin.late) / items));
    points += x + "," + y + " ";
    dots += "<circle class=\"" + std::string(css) + "-dot\" cx=\"" + x + "\" cy=\"" + y +
            "\" r=\"" + coordinate(2.5 + 4.5 * std::sqrt(items / static_cast<double>(most))) +
            "\"/>";
  }
  return polyline(points, css) + dots;
}

}  // namespace

std::string calibration_curve(const Backtests& b) {
  const ForeseenPoint* now = half_of(b.after.foreseen);
  if (now == nullptr || now->said() == 0) return "";
  std::string out, words = "Khả năng trễ đã nói và phần trễ thật khi đã dùng nửa thời gian:";
  for (const double part : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    out += line(kLeft, up(part), kRight, up(part), part == 0 ? "axis" : "grid") +
           label(kLeft - 6, up(part) + 4, "end", percent(part)) +
           label(across(part), kBottom + 18, part == 1 ? "end" : "middle", percent(part));
  }
  for (const ChanceBin& bin : now->bins) {
    if (bin.items == 0) continue;
    const auto items = static_cast<double>(bin.items);
    words += " nói " + percent(bin.chances / items) + ", trễ " +
             percent(static_cast<double>(bin.late) / items) + " (" + std::to_string(bin.items) +
             " việc);";
  }
  words.back() = '.';
  out += label((kLeft + kRight) / 2, kHeight - 3, "middle", "khả năng trễ đã nói") +
         line(across(0), up(0), across(1), up(1), "right");
  const ForeseenPoint* then = b.before ? half_of(b.before->foreseen) : nullptr;
  if (then != nullptr && then->said() > 0) out += bins_of(*then, "old");
  return framed(words, out + bins_of(*now, "new"));
}

std::string lead_curve(const Backtests& b) {
  const double reach = reach_of(b), step = step_of(reach, 5);
  std::string out, words = "Phần việc trễ được báo trước ít nhất";
  for (const double part : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    out += line(kLeft, up(part), kRight, up(part), part == 0 ? "axis" : "grid") +
           label(kLeft - 6, up(part) + 4, "end", percent(part));
  }
  for (int i = 0; i * step <= reach * 1.0001; ++i) {
    out += label(across(i * step / reach), kBottom + 18, "middle", tick_text(i * step));
    words += (i == 0 ? " " : "; ") + tick_text(i * step) + " ngày: " + (b.before ? "mới " : "") +
             percent(share_ahead(b.after, i * step));
    if (b.before) words += ", cũ " + percent(share_ahead(*b.before, i * step));
  }
  out += label((kLeft + kRight) / 2, kHeight - 3, "middle", "báo trước hạn ít nhất, ngày");
  if (b.before) out += curve_of(*b.before, reach, "old");
  return framed(words + ".", out + curve_of(b.after, reach, "new"));
}

std::string weekly_bars(const Backtests& b) {
  const Bars now = bars_of(b.after.warnings.together.by_week);
  Bars then;
  if (b.before) then = bars_of(b.before->warnings.together.by_week);
  double greatest = 1;
  for (const Bars* bars : std::initializer_list<const Bars*>{&now, &then}) {
    for (const double height : bars->heights) greatest = std::max(greatest, height);
  }
  const double step = step_of(greatest, 4);
  const double top = std::ceil(greatest / step - 1e-9) * step;
  std::string out = height_axis(top);
  const auto count = static_cast<double>(now.heights.size());
  const double wide = (kRight - kLeft) / count;
  for (std::size_t i = 0; i < now.heights.size(); ++i) {
    const double y = up(now.heights[i] / top);
    out += "<rect class=\"bar-new\" x=\"" +
           coordinate(across(static_cast<double>(i) / count) + wide * 0.1) + "\" y=\"" +
           coordinate(y) + "\" width=\"" + coordinate(wide * 0.8) + "\" height=\"" +
           coordinate(kBottom - y) + "\"/>";
  }
  if (b.before) out += stepped(then, top);
  out += week_axis(b.after.period, b.after.warnings.together.by_week.size(), now.weeks_each);
  std::string words = "Cảnh báo mỗi tuần: trung bình " + std::string(b.before ? "mới " : "") +
                      comma_text(together_of(b.after).alerts_a_week(), 1);
  if (b.before) words += ", cũ " + comma_text(together_of(*b.before).alerts_a_week(), 1);
  if (now.weeks_each > 1) words += "; mỗi cột là " + std::to_string(now.weeks_each) + " tuần";
  return framed(words + ".", out);
}

}  // namespace kip
