#pragma once
// What the oracle knows of one item, and how it folds (oracle.h). Of its own files only.

#include <functional>
#include <optional>
#include <tuple>

#include "simulation/oracle.h"

namespace kip::oracle {

using Ms = std::int64_t;
using MaybeMs = std::optional<Ms>;
// The order of an item's events: occurred_at, sequence, source, event_id, hash of the event.
using Key = std::tuple<Ms, std::uint64_t, std::string, std::string, std::string>;
using Received = std::map<Key, v1::StampedEvent>;
using google::protobuf::Timestamp;
using enum v1::WorkStatus;
using enum v1::WorkKind;
constexpr Ms kMinute = 60'000, kHour = 3'600'000, kDay = 24 * kHour, kZone = 7 * kHour;

Ms ms(const Timestamp& t);
void put(Timestamp* to, Ms t);
inline MaybeMs maybe(bool has, const Timestamp& t) { return has ? MaybeMs(ms(t)) : MaybeMs(); }
std::string sha256(const std::string& bytes);
bool is_ended(int status);
inline bool is_open(int status) { return status != WORK_STATUS_VOID && !is_ended(status); }

struct Fold {
  bool any = false;  // something is left of the item
  int kind = 0;
  v1::WorkEvent now, frozen;  // fields 10 and up as known; as frozen for the statutory time
  std::set<std::string> faults;
  Ms first = 0, greatest = 0, since = 0, start = 0;              // since: of the present status
  MaybeMs accepted, original, due, step_due, allowed, internal;  // 70 % of the statutory time
  MaybeMs end_event, reopened, second_ask, second_move;
  int asks = 0, moves = 0;
  unsigned events = 0;  // kept ones
  std::vector<std::pair<Ms, MaybeMs>> stops;
  bool open() const { return any && is_open(now.status()); }
  bool standing() const { return !stops.empty() && !stops.back().second; }
  MaybeMs agreed() const { return maybe(now.has_due_at(), now.due_at()); }
  MaybeMs completed() const { return maybe(now.has_completed_at(), now.completed_at()); }
  MaybeMs returned() const { return maybe(now.has_returned_at(), now.returned_at()); }
  MaybeMs end() const { return now.has_completed_at() ? completed() : end_event; }  // if not open
};

// Working time (8; 9.28) under one Config.
class WorkingTime {
 public:
  explicit WorkingTime(const Config& config);
  Ms between(Ms a, Ms b) const { return worked(b) - worked(a); }  // W(a,b)
  Ms add(Ms t, Ms d) const;
  Ms back(Ms t, Ms d) const;  // the earliest i with W(i,t) <= d
  // The earliest i with a condition that holds for ever after, sought around t.
  static Ms earliest(Ms t, const std::function<bool(Ms)>& holds);

 protected:
  static Ms day_of(Ms t);
  static Ms midnight(Ms day) { return day * kDay - kZone; }
  bool works(Ms day) const;
  Config config_;

 private:
  Ms worked(Ms t) const;     // working time up to t, since some instant long ago
  std::map<Ms, bool> days_;  // where the year differs from the plain week
};

// The fold (2, 3; 8; 9.8, 9.20 to 9.35).
class Folder : public WorkingTime {
 public:
  using WorkingTime::WorkingTime;
  Fold fold(const Received& received) const;
  Ms used(const Fold& f, Ms i) const;
  MaybeMs earliest_used(const Fold& f, Ms want) const;

 private:
  struct Work;
  void say(Work* w, const v1::WorkEvent& e, Ms t) const;   // what is known, the status
  void hold(Work* w, const v1::WorkEvent& e, Ms t) const;  // the clock and its dues
  MaybeMs statutory_time(const Fold& f) const;
};

}  // namespace kip::oracle
