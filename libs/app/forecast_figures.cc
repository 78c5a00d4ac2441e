#include "app/forecast_figures.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <tuple>

#include "app/plain_json.h"
#include "calendar/calendar.h"
#include "rules/settle.h"
#include "web/server.h"

namespace kip {
namespace {

constexpr std::string_view kLate = "late";

// A counter of `said` or `warned` taken apart; none where it is neither.
struct Outcome {
  std::string month;
  std::size_t bucket = 0;
  bool late = false;
};
std::optional<Outcome> outcome_in(const Counter& c) {
  if (c.metric != "said" && c.metric != "warned") return std::nullopt;
  Outcome out{std::string(c.tail[0]), 0, c.tail[2] == kLate};
  const auto [end, error] =
      std::from_chars(c.tail[1].data(), c.tail[1].data() + c.tail[1].size(), out.bucket);
  if (error != std::errc() || out.bucket >= kChanceBuckets) return std::nullopt;
  return out;
}

double chance_in(std::size_t bucket) {
  return (static_cast<double>(bucket) + 0.5) / static_cast<double>(kChanceBuckets);
}

std::string month_of(LocalDay day) { return day_text(day).substr(0, 7); }

std::string month_before(LocalDay day) {
  const std::chrono::year_month_day ymd(day);
  return month_of(LocalDay(ymd.year() / ymd.month() / 1) - std::chrono::days{1});
}

}  // namespace

SaidFigures said_lately(const Totals& totals, std::string_view ward, Instant now) {
  const std::string this_month = month_of(local_day(now)), last = month_before(local_day(now));
  std::array<std::array<double, 2>, kChanceBuckets> counts{};  // in time, late
  SaidFigures out;
  double squares = 0;
  for (const auto& [name, count] : totals) {
    const Counter c = parse_counter(name);
    const auto outcome = c.metric == "said" && c.ward == ward ? outcome_in(c) : std::nullopt;
    if (!outcome || (outcome->month != this_month && outcome->month != last)) continue;
    const auto n = static_cast<double>(count);
    const double error = chance_in(outcome->bucket) - (outcome->late ? 1 : 0);
    squares += n * error * error;
    counts[outcome->bucket][outcome->late ? 1 : 0] += n;
    out.items += static_cast<std::uint64_t>(count);
    out.late += outcome->late ? static_cast<std::uint64_t>(count) : 0;
  }
  if (out.items == 0) return out;
  out.brier = squares / static_cast<double>(out.items);
  const auto late = static_cast<double>(out.late);
  const double timely = static_cast<double>(out.items) - late;
  if (late == 0 || timely == 0) return out;
  double pairs = 0, timely_below = 0;
  for (const auto& [in_time, came_late] : counts) {
    pairs += came_late * (timely_below + in_time / 2);
    timely_below += in_time;
  }
  out.auc = pairs / (late * timely);
  return out;
}

std::vector<SavedRow> saved_by_month(const Totals& totals) {
  std::map<std::tuple<std::string, std::string, std::string>, SavedRow> rows;
  const auto add = [&](const Outcome& o, std::string_view ward, std::string_view unit,
                       std::int64_t n) {
    SavedRow& row = rows[{o.month, std::string(ward), std::string(unit)}];
    row.warned += n;
    row.late += o.late ? n : 0;
    const double chance = chance_in(o.bucket);
    row.expected += static_cast<double>(n) * chance;
    row.deviation += static_cast<double>(n) * chance * (1 - chance);  // its square, so far
  };
  for (const auto& [name, count] : totals) {
    const Counter c = parse_counter(name);
    const auto outcome = c.metric == "warned" ? outcome_in(c) : std::nullopt;
    if (!outcome) continue;
    add(*outcome, c.ward, "", count);
    add(*outcome, c.ward, c.unit, count);
  }
  std::vector<SavedRow> out;
  for (auto& [key, row] : rows) {
    std::tie(row.month, row.ward, row.unit) = key;
    row.deviation = std::sqrt(row.deviation);
    out.push_back(std::move(row));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const SavedRow& a, const SavedRow& b) { return a.month > b.month; });
  return out;
}

std::string to_json(const std::vector<SavedRow>& rows) {
  std::string out = R"({"rows":[)";
  for (const SavedRow& row : rows) {
    if (&row != &rows.front()) out += ",";
    out += R"({"month":)" + web::json_string(row.month) + R"(,"ward_id":)" +
           web::json_string(row.ward);
    if (!row.unit.empty()) out += R"(,"unit_id":)" + web::json_string(row.unit);
    out += R"(,"warned":)" + std::to_string(row.warned) + R"(,"expected_late":)" +
           json_number(row.expected) + R"(,"late":)" + std::to_string(row.late) +
           R"(,"false_alarms":)" + std::to_string(row.false_alarms()) + R"(,"saved":)" +
           json_number(row.saved()) + R"(,"margin":)" + json_number(row.margin()) + "}";
  }
  return out + R"(],"note":)" +
         web::json_string(
             "Số việc trễ dự kiến (theo khả năng trễ ghi tại lần cảnh báo đầu tiên) trừ số việc đã "
             "trễ thật. Đây không phải thử nghiệm có đối chứng: không ai biết điều gì đã xảy ra "
             "nếu không có cảnh báo. Trong phạm vi ± margin thì có thể chỉ là ngẫu nhiên.") +
         "}";
}

}  // namespace kip
