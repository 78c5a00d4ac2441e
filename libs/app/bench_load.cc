#include "app/bench_load.h"

#include <algorithm>
#include <array>

#include "contract/publish.h"

namespace kip {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::size_t kWindow = 2'000;  // items whose lives are interleaved

// SplitMix64: one seed, one sequence, with every compiler.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(n));
  }
  double share() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double p) { return share() < p; }
  // Like a beta(2, 3): the second of four draws in order.
  double beta23() {
    std::array<double, 4> draws{share(), share(), share(), share()};
    std::sort(draws.begin(), draws.end());
    return draws[1];
  }

 private:
  std::uint64_t state_;
};

void stamp(std::int64_t ms, google::protobuf::Timestamp& t) {
  t.set_seconds(ms / 1000);
  t.set_nanos(static_cast<std::int32_t>(ms % 1000 * 1'000'000));
}

std::string padded(std::uint64_t n, std::size_t digits) {
  std::string text = std::to_string(n);
  return std::string(digits - std::min(digits, text.size()), '0') + text;
}

// What stays the same over the life of one item.
struct Plan {
  std::uint64_t index = 0;
  std::int64_t allowed = 0, received = 0, ends = 0;
  std::string unit, procedure;
  std::int64_t missing = -1;  // which of the six clear fields
};

Plan plan(Draw& draw, std::uint64_t index, double latest) {
  static constexpr std::array<std::int64_t, 9> kDays = {1, 2, 3, 5, 7, 10, 15, 20, 30};
  static constexpr std::array<const char*, 8> kFields = {
      "land",     "construction", "civil-status", "notarisation",
      "business", "environment",  "investment",   "clearance"};
  Plan p;
  p.index = index;
  p.allowed = kDays.at(static_cast<std::size_t>(draw.below(9))) * 24 * kHourMs;
  p.received = ms_of(kBenchNow) -
               static_cast<std::int64_t>(draw.share() * static_cast<double>(p.allowed) * latest);
  p.ends = p.received + static_cast<std::int64_t>((draw.beta23() * 1.15 + 0.05) *
                                                  static_cast<double>(p.allowed));
  p.unit = "unit-" + padded(static_cast<std::uint64_t>(draw.below(40)), 2);
  p.procedure = std::string(kFields.at(static_cast<std::size_t>(draw.below(8)))) + "-" +
                std::to_string(draw.below(6));
  if (draw.chance(0.04)) p.missing = draw.below(6);
  return p;
}

v1::WorkEvent event_of(const Plan& p, std::int64_t n, std::int64_t at) {
  v1::WorkEvent e;
  e.set_event_id(std::to_string(p.index) + "-" + std::to_string(n));
  e.set_source("/bench/one-stop");
  e.set_item_id("H19." + padded(p.index % 97, 2) + "-" + padded(p.index, 9));
  e.set_kind(v1::WORK_KIND_DOSSIER);
  e.set_sequence(static_cast<std::uint64_t>(n + 1));
  stamp(at, *e.mutable_occurred_at());
  return e;
}

void say_first(const Plan& p, Draw& draw, v1::WorkEvent& e) {
  e.set_status(v1::WORK_STATUS_REGISTERED);
  e.set_procedure_code(p.procedure);
  e.set_field(p.procedure.substr(0, p.procedure.rfind('-')));
  e.set_channel(static_cast<v1::IntakeChannel>(1 + p.index % 3));
  stamp(p.received, *e.mutable_received_at());
  if (p.missing != 0) e.set_title("Giải quyết hồ sơ " + p.procedure);
  if (p.missing != 1) e.set_assignee_id(p.unit + "-" + std::to_string(draw.below(8)));
  if (p.missing != 2) stamp(p.received + p.allowed, *e.mutable_due_at());
  if (p.missing != 3) e.set_unit_id(p.unit);
  if (p.missing != 4) e.set_authority("QĐ 15/2026");
  if (p.missing != 5) e.set_expected_result("Giấy chứng nhận");
}

// The events of one item in the order of their arrival.
std::vector<std::string> life(Draw& draw, std::uint64_t index) {
  const Plan p = plan(draw, index, 1.4);
  const std::int64_t count = 2 + draw.below(7);
  std::vector<std::string> out;
  for (std::int64_t n = 0; n < count; ++n) {
    const std::int64_t at = p.received + (p.ends - p.received) * n / (count - 1);
    if (at > ms_of(kBenchNow)) break;
    v1::WorkEvent e = event_of(p, n, at);
    if (n == 0) {
      say_first(p, draw, e);
    } else if (n == count - 1) {
      e.set_status(v1::WORK_STATUS_COMPLETED);
      stamp(at, *e.mutable_completed_at());
      e.set_progress_percent(100);
    } else {
      e.set_status(draw.chance(0.05) ? v1::WORK_STATUS_WAITING : v1::WORK_STATUS_IN_PROGRESS);
      e.mutable_step()->set_code("step-" + std::to_string(n));
      e.mutable_step()->set_name("Thẩm định");
      e.set_progress_percent(static_cast<std::uint32_t>(100 * n / count));
    }
    out.push_back(e.SerializeAsString());
  }
  if (out.size() > 2 && draw.chance(0.08)) {
    const auto k =
        static_cast<std::size_t>(1 + draw.below(static_cast<std::int64_t>(out.size()) - 2));
    std::swap(out[k], out[k + 1]);
  }
  if (draw.chance(0.1)) out.push_back(out.back());
  return out;
}

}  // namespace

BenchLoad BenchLoad::lives(std::uint64_t events, std::uint64_t items, std::uint64_t seed) {
  BenchLoad load;
  Draw draw(seed);
  std::vector<std::vector<std::string>> window;  // each reversed: the next event is the last
  const auto enough = [&] {
    return items > 0 ? load.items_ >= items : load.ends_.size() >= events;
  };
  while (!enough()) {
    while (window.size() < kWindow && (items == 0 || load.items_ < items)) {
      window.push_back(life(draw, load.items_++));
      std::reverse(window.back().begin(), window.back().end());
    }
    while (!window.empty() && (items > 0 || load.ends_.size() < events)) {
      auto& lot =
          window[static_cast<std::size_t>(draw.below(static_cast<std::int64_t>(window.size())))];
      if (lot.empty()) {
        std::swap(lot, window.back());
        window.pop_back();
        continue;
      }
      load.add(lot.back());
      lot.pop_back();
    }
  }
  return load;
}

BenchLoad BenchLoad::open_items(std::uint64_t items, std::uint64_t seed) {
  BenchLoad load;
  Draw draw(seed);
  for (; load.items_ < items; ++load.items_) {
    const Plan p = plan(draw, load.items_, 0.2);
    v1::WorkEvent e = event_of(p, 0, p.received);
    say_first(p, draw, e);
    e.set_status(v1::WORK_STATUS_IN_PROGRESS);
    load.add(e.SerializeAsString());
  }
  return load;
}

}  // namespace kip
