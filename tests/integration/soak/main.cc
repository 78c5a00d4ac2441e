// kip_soak engine|losing BROKERS SECONDS REBALANCES RATE: a consumer group of eight partitions in
// which a member joins or leaves every second or so while RATE messages a second come, for SECONDS
// and until there were REBALANCES. `engine`: made as Kịp's engine is, on kip.events.v1 and
// kip.changelog.v1. `losing`: in the way that is known to lose, on soak.losing.v1. Prints how it
// stands as it goes: the losing one may end in an assertion of librdkafka.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <thread>
#include <vector>

#include "integration/soak/member.h"
#include "stream/client.h"

namespace kip::soak {
namespace {

using Steady = std::chrono::steady_clock;
using namespace std::chrono_literals;
constexpr const char* kLosingTopic = "soak.losing.v1";
constexpr std::size_t kMembersMax = 4;
constexpr std::chrono::seconds kSettleMost{30}, kQuietMost{30};

class Source {
 public:
  Source(const std::string& brokers, std::string topic, int rate)
      : topic_(std::move(topic)), rate_(rate) {
    KafkaOptions kafka;
    kafka.brokers = brokers;
    auto made =
        Conf(kafka).set("enable.idempotence", "true").set("linger.ms", "5").make(RD_KAFKA_PRODUCER);
    KIP_CHECK(made);
    producer_ = std::move(*made);
    thread_ = std::thread([this] { run(); });
  }
  std::uint64_t sent() const { return sent_; }
  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  ~Source() { stop(); }

 private:
  void run() {
    const std::string value(100, 'x');
    const auto began = Steady::now();
    while (!stop_) {
      const auto due = static_cast<std::uint64_t>(
          std::chrono::duration<double>(Steady::now() - began).count() * rate_);
      for (; sent_ < due; ++sent_) {
        const auto partition = static_cast<std::int32_t>(sent_ % kPartitions);
        KIP_CHECK(produce(producer_.get(),
                          {.topic = topic_.c_str(), .partition = partition, .value = value}));
      }
      rd_kafka_poll(producer_.get(), 5);
    }
    KIP_CHECK(rd_kafka_flush(producer_.get(), 60'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  std::string topic_;
  int rate_;
  Owned<rd_kafka_t> producer_;
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

using Join = std::function<std::unique_ptr<Member>()>;

// A member and the thread that joins with it, polls it and leaves.
class Running {
 public:
  explicit Running(const Join& join)
      : thread_([this, join] {
          const auto member = join();
          while (!stop_) {
            member->poll();
            settled_ = member->settled();
          }
        }) {}
  ~Running() {
    stop_ = true;
    thread_.join();
  }
  bool settled() const { return settled_; }

 private:
  std::atomic<bool> settled_{false}, stop_{false};
  std::thread thread_;
};

class Soak {
 public:
  Soak(const Source& source, const Seen& seen, Join join)
      : source_(source), seen_(seen), join_(std::move(join)) {
    members_.push_back(std::make_unique<Running>(join_));
  }

  // A member joins or leaves, and all of them settle.
  void change() {
    const bool joins = members_.size() == 1 || (members_.size() < kMembersMax && rng_() % 2 == 0);
    if (joins) {
      members_.push_back(std::make_unique<Running>(join_));
    } else {
      members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(rng_() % members_.size()));
    }
    std::this_thread::sleep_for(500ms + std::chrono::milliseconds{rng_() % 500});
    const auto until = Steady::now() + kSettleMost;
    while (!all_settled() && Steady::now() < until) std::this_thread::sleep_for(20ms);
    if (all_settled()) ++rebalances_;
  }
  // Until all is read, or nothing more comes.
  void wait() {
    std::uint64_t before = 0;
    for (auto last = Steady::now(); through() < source_.sent() && Steady::now() - last < kQuietMost;
         std::this_thread::sleep_for(100ms)) {
      if (through() != before) last = Steady::now();
      before = through();
    }
  }
  // `at_the_end`: what nobody has read by now is missing too.
  void print(bool at_the_end) const {
    const std::uint64_t sent = source_.sent();
    const std::uint64_t unread = at_the_end ? sent - std::min(sent, through()) : 0;
    std::printf("%llu rebalances, %llu sent, %llu read, %llu missing, %llu twice, %llu failed\n",
                as_long(rebalances_), as_long(sent), as_long(seen_.records()),
                as_long(seen_.missing() + unread), as_long(seen_.twice()),
                as_long(seen_.failures()));
    std::fflush(stdout);
  }
  std::uint64_t rebalances() const { return rebalances_; }

 private:
  static unsigned long long as_long(std::uint64_t n) { return n; }
  std::uint64_t through() const { return seen_.records() + seen_.missing(); }
  bool all_settled() const {
    return std::all_of(members_.begin(), members_.end(),
                       [](const auto& m) { return m->settled(); });
  }

  const Source& source_;
  const Seen& seen_;
  Join join_;
  std::vector<std::unique_ptr<Running>> members_;
  std::mt19937 rng_{1};
  std::uint64_t rebalances_ = 0;
};

struct Plan {
  std::string arm, brokers;
  std::chrono::seconds seconds{0};
  std::uint64_t rebalances = 0;
  int rate = 0;
};

void run(const Plan& plan) {
  const bool engine = plan.arm == "engine";
  Seen seen;
  Source source(plan.brokers, engine ? TopicNames{}.events : kLosingTopic, plan.rate);
  Soak soak(source, seen, [&] {
    return engine ? join_as_engine(plan.brokers, seen)
                  : join_as_known_to_lose(plan.brokers, kLosingTopic, seen);
  });
  const auto until = Steady::now() + plan.seconds;
  while (Steady::now() < until ||
         (soak.rebalances() < plan.rebalances && Steady::now() < until + 2 * plan.seconds)) {
    soak.change();
    soak.print(false);
  }
  source.stop();
  soak.wait();
  soak.print(true);
}

}  // namespace
}  // namespace kip::soak

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: kip_soak engine|losing BROKERS SECONDS REBALANCES RATE\n");
    return 2;
  }
  kip::soak::Plan plan;
  plan.arm = argv[1];
  plan.brokers = argv[2];
  plan.seconds = std::chrono::seconds{std::atoi(argv[3])};
  plan.rebalances = std::strtoull(argv[4], nullptr, 10);
  plan.rate = std::atoi(argv[5]);
  kip::soak::run(plan);
  return 0;
}
