#pragma once
// Small wrong behaviours that the simulator must be able to find (tests/simulation/README.md), and
// the kill test on Kafka (tests/integration/README.md):
//
//   if (KIP_BUG(kOverdueAtDue)) ...
//
// In every build but the own copies of these sources of those two KIP_BUG is the constant false and
// nothing of them is left.

namespace kip {

enum class PlantedBug {
  kNone,
  kPositionOffByOne,       // the position that is committed is one too far
  kPositionBeforeCommit,   // the position is written before, not with the state
  kRevisionForgotten,      // a re-raised alert begins again at revision 1
  kLateEventAppended,      // an event below the frontier is folded on top
  kVoidOfVoidedIgnored,    // what a voided event voids stays
  kTimerNotMoved,          // a look that has come nearer leaves the timer where it was
  kContributionKept,       // counters that an item has left are not subtracted
  kHysteresisTravels,      // behind_plan stays open under another unit
  kKeptTimeForgotten,      // the time kept at a stop is lost with the process
  kOverdueAtDue,           // overdue holds at the due instant itself
  kRepeatFoldedTwice,      // the newest event is folded again when it comes again
  kPolicyReturnForgotten,  // a policy that comes back half way finds its own digest and believes it
  kBacklogOverwritten,     // what is put off takes the place of what waits in its bucket
  kHeldIsPassed,           // what waits in memory alone counts as read
  kApplyBeforeCommit,      // on Kafka: the store is written before the transaction is committed
  kCommitAnswerLost,       // no bug, a fault: every third commit succeeds and nobody is told
};

#ifdef KIP_PLANTED_BUGS
inline PlantedBug planted_bug = PlantedBug::kNone;
#define KIP_BUG(name) (::kip::planted_bug == ::kip::PlantedBug::name)
#else
#define KIP_BUG(name) false
#endif

}  // namespace kip
