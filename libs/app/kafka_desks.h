#pragma once
// The desks on Kafka: one process of the group has them, the others stand by. Whoever the group
// gives kip.desks.v1 shuts out who had it before, brings its own copy to the end of that topic,
// reads alerts and answers to their ends, and goes on where the other one was. What was sent and
// not written down yet is sent again with the same key.
//
//   auto desks = KafkaDesks::open(options, policy, setup);
//   Status left = (*desks)->run();       // until stop(), or it cannot go on
//
// Everything but run() may be called from any thread.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/kafka_counts.h"
#include "app/notifier.h"
#include "store/store.h"
#include "stream/alert_reader.h"
#include "stream/group_member.h"
#include "stream/options.h"

namespace kip {

struct KafkaDesksOptions {
  KafkaOptions kafka;
  std::string data;  // the folder; the copy of the desks lies in a folder of its own in it
  std::string group = "kip-notifier", member;
  std::string ingest_group, engine_group;  // of those who take what sources send
  // kip.alerts.v1 as a table, and who reads it. They outlive the desks.
  std::shared_ptr<const Store> alerts;
  const AlertReader* reader = nullptr;
  std::function<Instant()> now;
  double factor = 1;                                     // how much faster it is than the wall
  std::function<bool()> behind;                          // as in NotifierOptions
  std::function<void(std::string_view point)> at_point;  // for crash tests
  std::function<void(const std::string& what)> say;      // to the operator
};

class KafkaDesks {
 public:
  static Result<std::unique_ptr<KafkaDesks>> open(KafkaDesksOptions options,
                                                  std::shared_ptr<const Policy> policy,
                                                  std::shared_ptr<const NotifySetup> setup);
  ~KafkaDesks();

  Status run();
  void stop() { stopping_ = true; }
  void poke();  // alerts have come
  void reload(std::shared_ptr<const Policy> policy, std::shared_ptr<const NotifySetup> setup);

  // Null while another process has the desks. Hold neither longer than a request takes.
  std::shared_ptr<Notifier> notifier() const;
  std::shared_ptr<const Store> store() const;
  std::map<std::string, SourcePhase> source_phases() const;  // empty while another one has them

 private:
  struct Tenure;  // what there is while the desks are ours
  KafkaDesks(KafkaDesksOptions options, std::shared_ptr<const Policy> policy,
             std::shared_ptr<const NotifySetup> setup);
  Status join();
  void take();
  void give();
  void own();
  Status live();
  void await_let_go();
  Result<std::shared_ptr<Tenure>> begin();
  Result<NotifierOptions> notifier_options(Tenure& tenure) const;
  Status serve(Tenure& tenure);
  Status count_items();
  Status take_answers(Tenure& tenure);
  void show(std::shared_ptr<Tenure> tenure);
  std::shared_ptr<const Policy> policy() const;
  std::shared_ptr<const NotifySetup> setup() const;
  void tell(const std::string& what) const;
  bool given() const { return given_ || stopping_; }

  const KafkaDesksOptions options_;
  std::atomic<bool> stopping_{false}, given_{true};
  mutable std::mutex mutex_;
  std::condition_variable wake_;  // given_
  std::shared_ptr<const Policy> policy_;
  std::shared_ptr<const NotifySetup> setup_;
  std::shared_ptr<Tenure> tenure_;        // while it is served
  std::unique_ptr<KafkaCounts> counts_;   // of the owner's thread, once there was one
  std::weak_ptr<const Store> last_copy_;  // of the owner's thread
  std::thread owner_;
  std::unique_ptr<GroupMember> member_;  // goes first: it ends the owner
};

}  // namespace kip
