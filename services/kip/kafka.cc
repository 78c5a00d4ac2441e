#include "kip/kafka.h"

#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>

#include "stream/settings.h"

namespace kip {
namespace {

// Tells each sentence once a minute: librdkafka tells of every connection and every try.
class Herald {
 public:
  void say(const std::string& what) {
    const auto now = Steady::now();
    {
      const std::scoped_lock lock(mutex_);
      if (told_.size() >= kRemembered) told_.clear();
      const auto [at, is_new] = told_.try_emplace(what, now);
      if (!is_new && now - at->second < kQuiet) return;
      at->second = now;
    }
    std::fprintf(stderr, "kip: %s\n", what.c_str());
  }

 private:
  using Steady = std::chrono::steady_clock;
  static constexpr std::chrono::minutes kQuiet{1};
  static constexpr std::size_t kRemembered = 64;
  std::mutex mutex_;
  std::map<std::string, Steady::time_point> told_;
};

}  // namespace

std::optional<KafkaOptions> kafka_options(const KafkaArguments& arguments, int& exit) {
  KafkaOptions kafka;
  kafka.brokers = arguments.brokers;
  kafka.say = [herald = std::make_shared<Herald>()](const std::string& what) { herald->say(what); };
  if (!arguments.settings.empty()) {
    auto settings = load_kafka_settings(arguments.settings);
    if (!settings) {
      exit = fail(settings.error(), kUsage);
      return std::nullopt;
    }
    kafka.settings = std::move(*settings);
  }
  if (kafka.brokers.empty()) {
    exit = fail(invalid("--kafka names no HOST:PORT"), kUsage);
    return std::nullopt;
  }
  if (Status ok = usable(kafka); !ok) {
    exit = fail(ok.error(), kUsage);
    return std::nullopt;
  }
  return kafka;
}

int await_kafka(const KafkaOptions& kafka, const Reaching& reaching) {
  for (;;) {
    const Status there = reach(kafka, reaching);
    if (there) return kDone;
    if (reaching.stopped && reaching.stopped()) return kDone;
    if (!reaching.stopped || there.error().code != Errc::kUnavailable)
      return fail(there.error(), kStopped);
    fail({there.error().code, there.error().message + "; waiting for it"});
  }
}

}  // namespace kip
