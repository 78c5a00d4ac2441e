#include <array>
#include <cstdio>

#include "app/bench.h"
#include "app/bench_load.h"
#include "contract/state.h"
#include "runtime/learn.h"
#include "store/rocks_store.h"

namespace kip {
namespace {

// What the run without has left is learned from.
Result<forecast::Lesson> learned(const std::string& data, const Policy& policy) {
  auto store = RocksStore::open_reader(data);
  if (!store) return store.error();
  return learn_unchallenged(**store, policy, kBenchNow);
}

// As if a forecaster had been there before.
Status lay_out(const BenchOptions& run, const forecast::Lesson& lesson,
               const std::shared_ptr<const Policy>& policy) {
  auto store = RocksStore::open(run.data, {});
  if (!store) return store.error();
  Forecaster forecaster(**store, shards_below(run.shards), policy);
  if (auto next = forecaster.step(kBenchNow); !next) return next.error();
  return forecaster.adopt(Learning{lesson, "of a bench"}, kBenchNow);
}

// Items that ended have said one when they came to half of their term.
Result<std::uint64_t> count_said(const std::string& data) {
  auto store = RocksStore::open_reader(data);
  if (!store) return store.error();
  std::uint64_t said = 0;
  std::optional<Error> failed;
  const Status scanned =
      (*store)->scan(Table::kItem, "", "", [&](std::string_view, std::string_view value) {
        auto item = decode_item(value);
        if (!item) failed = item.error();
        if (item && (item->forecast || item->said_half)) ++said;
        return !failed;
      });
  if (failed) return *failed;
  if (!scanned) return scanned.error();
  return said;
}

}  // namespace

// In the order without, with, with, without: what warms up or wears down meets both alike.
Result<ForecastBench> bench_forecast(const BenchOptions& options,
                                     const std::shared_ptr<const Policy>& policy,
                                     const BenchProgress& progress) {
  ForecastBench out;
  forecast::Lesson lesson;
  for (const int run : {0, 1, 2, 3}) {
    const bool with = run == 1 || run == 2;
    BenchOptions one = options;
    one.data = options.data + "/" + std::to_string(run);
    if (with) {
      if (Status laid = lay_out(one, lesson, policy); !laid) return laid.error();
    }
    const auto part = [&](std::uint64_t done, std::uint64_t all) {
      if (progress) progress(static_cast<std::uint64_t>(run) * all + done, 4 * all);
    };
    auto figures = bench(one, policy, part);
    if (!figures) return figures.error();
    (with ? out.with_seconds : out.without_seconds) += figures->seconds;
    (with ? out.with_cpu : out.without_cpu) += figures->cpu_seconds;
    out.events += figures->events;
    if (run == 0) {
      auto first = learned(one.data, *policy);
      if (!first) return first.error();
      lesson = std::move(*first);
    }
    if (run == 1) {
      auto said = count_said(one.data);
      if (!said) return said.error();
      out.said = *said;
      out.items = figures->items;
    }
  }
  out.events /= 2;  // of each kind
  return out;
}

std::string to_json(const ForecastBench& f) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(),
                R"({"events":%llu,"items":%llu,"items_with_a_chance":%llu,)"
                R"("without":{"seconds":%.3f,"events_per_s":%.0f},)"
                R"("with":{"seconds":%.3f,"events_per_s":%.0f},"ratio":%.3f,"cpu_ratio":%.3f})",
                static_cast<unsigned long long>(f.events), static_cast<unsigned long long>(f.items),
                static_cast<unsigned long long>(f.said), f.without_seconds,
                static_cast<double>(f.events) / f.without_seconds, f.with_seconds,
                static_cast<double>(f.events) / f.with_seconds, f.ratio(), f.cpu_ratio());
  return text.data();
}

}  // namespace kip
