// kip_soak BROKERS SECONDS RATE: two consumer groups of eight partitions each, in which a member
// joins or leaves every second or so while RATE messages a second come: one group is made as Kịp's
// engine is, the other in the way that is known to lose. Prints what each has missed.
// Needs kip.events.v1, kip.changelog.v1 and soak.losing.v1 with eight partitions.

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
const std::string kWorkedOn = TopicNames{}.events;
constexpr std::size_t kMembersMax = 4;

// Sends the same to both topics.
class Source {
 public:
  Source(const std::string& brokers, int rate) : rate_(rate) {
    KafkaOptions kafka;
    kafka.brokers = brokers;
    auto made =
        Conf(kafka).set("enable.idempotence", "true").set("linger.ms", "5").make(RD_KAFKA_PRODUCER);
    KIP_CHECK(made);
    producer_ = std::move(*made);
    thread_ = std::thread([this] { run(); });
  }
  std::uint64_t stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return sent_;
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
        for (const char* topic : {kWorkedOn.c_str(), kLosingTopic}) {
          KIP_CHECK(
              produce(producer_.get(), {.topic = topic, .partition = partition, .value = value}));
        }
      }
      rd_kafka_poll(producer_.get(), 5);
    }
    KIP_CHECK(rd_kafka_flush(producer_.get(), 60'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }

  int rate_;
  Owned<rd_kafka_t> producer_;
  std::uint64_t sent_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

using Join = std::function<std::unique_ptr<Member>(Seen&)>;

// A member and the thread that polls it, joins with it and leaves.
class Running {
 public:
  Running(const Join& join, Seen& seen)
      : thread_([this, join, &seen] {
          const auto member = join(seen);
          while (!stop_) member->poll();
        }) {}
  void stop() { stop_ = true; }
  ~Running() {
    stop();
    thread_.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// Joins and leaves until it is told to settle; then waits until all is read, or nothing more comes.
class Arm {
 public:
  Arm(const char* name, Join join, unsigned seed)
      : name_(name), join_(std::move(join)), rng_(seed), thread_([this] { run(); }) {}

  void settle() { settling_ = true; }
  void wait_for(std::uint64_t records) {
    std::uint64_t before = 0;
    auto last = Steady::now();
    while (seen.records() + seen.missing() < records && Steady::now() - last < 30s) {
      if (seen.records() != before) last = Steady::now();
      before = seen.records();
      std::this_thread::sleep_for(100ms);
    }
  }
  void end() {
    over_ = true;
    thread_.join();
  }
  // Whatever nobody has read at the end is missing too.
  void report(std::uint64_t sent) const {
    const std::uint64_t unread = sent - std::min(sent, seen.records() + seen.missing());
    std::printf(
        "%s: %llu rebalances, %llu sent, %llu read, %llu missing, %llu twice, %llu failed\n", name_,
        as_long(rebalances_), as_long(sent), as_long(seen.records()),
        as_long(seen.missing() + unread), as_long(seen.twice()), as_long(seen.failures()));
  }
  Seen seen;

 private:
  static unsigned long long as_long(std::uint64_t n) { return n; }

  void run() {
    std::vector<std::unique_ptr<Running>> members, left;
    members.push_back(std::make_unique<Running>(join_, seen));
    while (!over_) {
      const auto before = seen.assignments();
      const auto until = Steady::now() + 800ms + std::chrono::milliseconds{rng_() % 400};
      while (!over_ && (Steady::now() < until || settling_)) std::this_thread::sleep_for(20ms);
      if (seen.assignments() != before) ++rebalances_;
      if (over_ || settling_) continue;
      const bool joins = members.size() == 1 || (members.size() < kMembersMax && rng_() % 2 == 0);
      if (joins) {
        members.push_back(std::make_unique<Running>(join_, seen));
      } else {
        const auto leaves = static_cast<std::ptrdiff_t>(rng_() % members.size());
        members[static_cast<std::size_t>(leaves)]->stop();
        left.push_back(std::move(members[static_cast<std::size_t>(leaves)]));
        members.erase(members.begin() + leaves);
      }
    }
  }

  const char* name_;
  Join join_;
  std::mt19937 rng_;
  std::atomic<bool> settling_{false}, over_{false};
  std::atomic<std::uint64_t> rebalances_{0};
  std::thread thread_;
};

int run(const std::string& brokers, std::chrono::seconds seconds, int rate) {
  Source source(brokers, rate);
  Arm good(
      "as engine", [&](Seen& seen) { return join_as_engine(brokers, seen); }, 1);
  Arm losing(
      "known to lose",
      [&](Seen& seen) { return join_as_known_to_lose(brokers, kLosingTopic, seen); }, 2);
  std::this_thread::sleep_for(seconds);
  const std::uint64_t sent = source.stop();
  for (Arm* arm : {&good, &losing}) arm->settle();
  for (Arm* arm : {&good, &losing}) arm->wait_for(sent);
  for (Arm* arm : {&good, &losing}) arm->end();
  good.report(sent);
  losing.report(sent);
  return 0;
}

}  // namespace
}  // namespace kip::soak

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: kip_soak BROKERS SECONDS RATE\n");
    return 2;
  }
  return kip::soak::run(argv[1], std::chrono::seconds{std::atoi(argv[2])}, std::atoi(argv[3]));
}
