#pragma once
// The desks of a store: the keyed machine of receiving units on its logs. It takes the
// alerts that the shards have written, the answers, and time; one synced batch holds what follows:
// the desks, the messages and what is to be sent of them, the journal, and how far it has read.
//
//   Desks desks(store, shards, setup);
//   desks.open();
//   for (;;) { auto step = desks.step(now); if (!step->more) wait_until(desks.next_look()); }
//
// While there is more to read nothing is told: what a backlog of alerts says at its end counts.
// Time never runs back. One thread; others may append answers and read the tables.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alerting/desk.h"
#include "rules/policy.h"
#include "store/store.h"

namespace kip {

struct JournalLine;

// Of a unit; none: they are not known.
using UnitCountsOf = std::function<std::optional<UnitCounts>(const std::string& unit)>;

// What decides beside the inputs. Immutable.
struct DeskSetup {
  std::shared_ptr<const Policy> policy;
  DeskRules rules;
  // By which channels a message goes, in the order in which they are tried; at least one.
  std::function<std::vector<std::string>(const Message&)> channels;
  // For morning lists, as they are when it is called; none: they are not known here.
  std::function<UnitCountsOf()> counts;
};

struct DeskStep {
  std::uint64_t alerts = 0, answers = 0, messages = 0;
  bool more = false;  // there is more to read at once
};

class Desks {
 public:
  static constexpr std::size_t kTakenMax = 2'000;  // a commit

  // `logs`: of alerts, see alert_logs().
  Desks(Store& store, std::uint32_t logs, std::shared_ptr<const DeskSetup> setup);
  Status open();
  void set_setup(std::shared_ptr<const DeskSetup> setup);
  // An error: drop it and open it anew.
  Result<DeskStep> step(Instant now);
  Instant next_look() const;
  Instant time() const { return time_; }

 private:
  struct Work;
  Desk& desk(const std::string& unit);
  Status take_alerts(Work& work);
  Status take_answers(Work& work);
  void pass_notes(Work& work);
  void settle(Work& work);
  std::optional<UnitCounts> counts_for(const Message& message, const UnitCountsOf& of) const;
  void send(Message message, Work& work);
  void wake(const std::string& unit, const DeskEffects& effects, Work& work);
  void write_effects(const std::string& unit, const DeskEffects& effects, Work& work);
  void write(Work& work);
  void write_desk(const std::string& unit, Batch& batch);
  void put_journal(const std::string& alert_id, const JournalLine& line, Work& work);
  Office office() const;
  void note_source(const AlertNews& news);

  Store& store_;
  std::shared_ptr<const DeskSetup> setup_;
  std::vector<std::uint64_t> alerts_read_;  // by log
  std::uint64_t answers_read_ = 0;
  Instant time_ = kFarPast, written_ = kFarPast;  // written_: of the last commit
  Silences silences_;                             // the open alerts of sources say so
  struct Kept {
    Desk now;
    std::map<std::string, DeskAlert> stored;  // of `now`
    std::string row;                          // of the desk itself, as stored
    Instant look = kFarPast;                  // when it is to be settled
  };
  std::map<std::string, Kept> desks_;
};

// Alerts of the logs that the desks have not taken yet.
Result<std::vector<AlertNews>> waiting_alerts(const Store& store, std::uint32_t logs);
// Answers of the log, with their units, that the desks have not taken yet.
Result<std::vector<std::pair<std::string, AnswerNews>>> waiting_answers(const Store& store);

// The log of answers of a store: durable when it returns. Any thread.
class AnswerLog {
 public:
  explicit AnswerLog(Store& store) : store_(store) {}
  Status append(const std::string& unit, const std::string& ack_event);
  // The number of the next, and an answer as its row.
  static Result<std::uint64_t> end(const Store& store);
  static void put(std::uint64_t number, const std::string& unit, const std::string& ack_event,
                  Batch& batch);

 private:
  Store& store_;
  std::mutex mutex_;
  std::optional<std::uint64_t> next_;
};

}  // namespace kip
