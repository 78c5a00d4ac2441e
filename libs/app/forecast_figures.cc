#include "app/forecast_figures.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>

#include "app/plain_json.h"
#include "calendar/calendar.h"
#include "rules/settle.h"
#include "web/server.h"

namespace kip {
namespace {

constexpr std::string_view kLate = "late";

// A counter of `said` or `warned` taken apart; none where it is neither.
struct Ended {
  std::string month;
  std::size_t bucket = 0;
  bool late = false;
};
std::optional<Ended> outcome_in(const Counter& c) {
  if (c.metric != "said" && c.metric != "warned") return std::nullopt;
  Ended out{std::string(c.tail[0]), 0, c.tail[2] == kLate};
  const auto [end, error] =
      std::from_chars(c.tail[1].data(), c.tail[1].data() + c.tail[1].size(), out.bucket);
  if (error != std::errc() || out.bucket >= kChanceBuckets) return std::nullopt;
  return out;
}

double chance_in(std::size_t bucket) {
  return (static_cast<double>(bucket) + 0.5) / static_cast<double>(kChanceBuckets);
}

std::string month_before(LocalDay day) {
  const std::chrono::year_month_day ymd(day);
  return month_text(LocalDay(ymd.year() / ymd.month() / 1) - std::chrono::days{1});
}

// By bucket: in time, late.
using Said = std::array<std::array<std::uint64_t, 2>, kChanceBuckets>;

SaidFigures figures_of(const Said& said) {
  SaidFigures out;
  double squares = 0, pairs = 0, timely_below = 0;
  for (std::size_t bucket = 0; bucket < said.size(); ++bucket) {
    const auto in_time = static_cast<double>(said[bucket][0]);
    const auto late = static_cast<double>(said[bucket][1]);
    const double chance = chance_in(bucket);
    squares += in_time * chance * chance + late * (1 - chance) * (1 - chance);
    pairs += late * (timely_below + in_time / 2);
    timely_below += in_time;
    out.items += said[bucket][0] + said[bucket][1];
    out.late += said[bucket][1];
  }
  if (out.items == 0) return out;
  out.brier = squares / static_cast<double>(out.items);
  if (out.late > 0 && out.late < out.items)
    out.auc = pairs / (static_cast<double>(out.late) * timely_below);
  return out;
}

}  // namespace

std::map<std::string, SaidFigures, std::less<>> said_lately(const Totals& totals, Instant now) {
  const std::string this_month = month_text(local_day(now)), last = month_before(local_day(now));
  std::map<std::string, Said, std::less<>> wards;
  for (const auto& [name, count] : totals) {
    const Counter c = parse_counter(name);
    const auto outcome = c.metric == "said" ? outcome_in(c) : std::nullopt;
    if (!outcome || (outcome->month != this_month && outcome->month != last)) continue;
    wards[std::string(c.ward)][outcome->bucket][outcome->late ? 1 : 0] +=
        static_cast<std::uint64_t>(count);
  }
  std::map<std::string, SaidFigures, std::less<>> out;
  for (const auto& [ward, said] : wards) out[ward] = figures_of(said);
  return out;
}

std::vector<SavedRow> saved_by_month(const Totals& totals) {
  std::map<std::tuple<std::string, std::string, std::string>, SavedRow> rows;
  const auto add = [&](const Ended& o, std::string_view ward, std::string_view unit,
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

void SavedRow::add(const SavedRow& other) {
  warned += other.warned;
  late += other.late;
  expected += other.expected;
  deviation = std::hypot(deviation, other.deviation);
}

std::string_view saved_note() {
  return "Số việc trễ dự kiến (theo khả năng trễ ghi tại lần cảnh báo đầu tiên) trừ số việc đã "
         "trễ thật. Đây không phải thử nghiệm có đối chứng: không ai biết điều gì đã xảy ra "
         "nếu không có cảnh báo.";
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
         web::json_string(std::string(saved_note()) +
                          " Trong phạm vi ± margin thì có thể chỉ là ngẫu nhiên.") +
         "}";
}

}  // namespace kip
