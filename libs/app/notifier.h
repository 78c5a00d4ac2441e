#pragma once
// Desks and their messages on a running store: one thread decides, one a channel sends. A channel
// that is slow or down holds up no other.
//
//   auto notifier = Notifier::open(store, options, policy, setup);
//   (*notifier)->start();
//   (*notifier)->poke();       // alerts have come, or an answer
//   (*notifier)->stop();       // an attempt under way is awaited
//
// Threads: any, for every function.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/delivery.h"
#include "app/notify_setup.h"
#include "app/wording.h"
#include "runtime/desks.h"

namespace kip {

struct NotifierOptions {
  std::string data;                      // the folder: an outbox lies in it
  std::uint32_t logs = 1;                // of alerts
  std::function<Instant()> now;          // the clock that decides
  std::function<bool()> behind;          // alerts are not yet what they will be: nothing is told
  WordOf word;                           // in the words of who gets it (in shadow the operator)
  std::function<UnitCountsOf()> counts;  // as in DeskSetup
  std::function<void()> on_failure;      // once: it can go on no more, failure() says why
  // Where answers go that are given here; none: into the store's own log of answers.
  std::function<Status(const std::string& unit, const AnswerNews& news)> publish;
  std::function<void(std::string_view point)> at_point;  // for crash tests: sent, noted
};

class Notifier {
 public:
  static Result<std::unique_ptr<Notifier>> open(Store& store, NotifierOptions options,
                                                std::shared_ptr<const Policy> policy,
                                                std::shared_ptr<const NotifySetup> setup);
  ~Notifier();  // stops
  void start();
  void stop();
  void poke();
  void reload(std::shared_ptr<const Policy> policy, std::shared_ptr<const NotifySetup> setup);

  Status answer(const std::string& unit, const AnswerNews& news);  // durable when it returns
  // A delivery that is dead goes on its way again. kNotFound: it is not dead.
  Status again(const std::string& message, const std::string& channel);
  std::shared_ptr<const NotifySetup> setup() const;
  // kip_notifications_total: by channel and result (delivered, retried, dead), since the start.
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts() const;
  std::optional<Error> failure() const;

 private:
  struct Line;  // a channel and its thread
  Notifier(Store& store, NotifierOptions options);
  Status take_setup();
  void decide_loop();
  void send_loop(Line& line);
  void note_sent(const DeliveryStep& step);
  void make_lines();
  void end_lines();
  std::shared_ptr<const DeskSetup> desk_setup() const;
  Result<Delivery> word(const Message& message, const ChannelOptions& channel) const;
  std::vector<std::string> channels_of(const Message& message) const;
  std::shared_ptr<const Policy> policy() const;
  void rest(Instant until, const std::function<bool()>& wanted);
  void fail(const Error& error);

  Store& store_;
  NotifierOptions options_;
  std::unique_ptr<Desks> desks_;
  AnswerLog answers_{store_};

  std::mutex threads_mutex_;  // running_, lines_: who starts, stops or changes threads
  bool running_ = false;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<const Policy> policy_;
  std::shared_ptr<const NotifySetup> setup_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts_;
  std::optional<Error> failure_;
  std::uint64_t pokes_ = 0, reloads_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread decider_;
  std::vector<std::unique_ptr<Line>> lines_;
};

}  // namespace kip
