#pragma once
// Which of an item's alerts speaks at a desk: the worst one (SEMANTICS 9.6), unless it rests on old
// data and nobody was told of it yet. Of desk_time.cc alone; a view, valid while the desk is not
// given other alerts.

#include <map>
#include <string_view>
#include <utility>

#include "alerting/desk_parts.h"

namespace kip {

class Speakers {
 public:
  Speakers(Desk& desk, const Silences& silences);
  // A worse one of the same item is open: that one speaks.
  bool overshadowed(const DeskAlert& alert) const;
  // Told when its source is back: desks look again then.
  bool waits_for_source(const DeskAlert& alert) const;
  // Nobody above is told of what may be over, and nobody is reminded of it.
  bool is_silent(const DeskAlert& alert) const;
  // Of its item's alerts the one that speaks.
  DeskAlert& of(DeskAlert& alert) const;

 private:
  using Subject = std::pair<char, std::string_view>;
  static Subject subject_of(const AlertFacts& facts) { return {facts.subject_kind, facts.subject}; }

  Desk& desk_;
  const Silences& silences_;
  std::map<Subject, AlertLevel> worst_;
};

}  // namespace kip
