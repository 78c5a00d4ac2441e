// The statuses of an item and their legal successors, as data (SEMANTICS 8, "Cannot follow"):
//
//   none ─▶ REGISTERED ─▶ ACCEPTED ─▶ IN_PROGRESS ◀─▶ WAITING, SUSPENDED, SUBMITTED      DECLINED
//   ─▶ REGISTERED
//                └──────────┴─────────────┴──▶ COMPLETED ─▶ RETURNED          any of them ─▶ VOID
//                                               │  ▲            └─▶ IN_PROGRESS  (reopened)
//                                               └──┴─▶ ACCEPTED, IN_PROGRESS     (reopened)
//   REJECTED, WITHDRAWN ─▶ RETURNED;  TRANSFERRED and VOID end.
//
// What cannot follow is applied all the same and marked as a fault.

#include <array>

#include "workitem/fold.h"

namespace kip {
namespace {

constexpr std::uint32_t bit(WorkStatus s) { return 1U << static_cast<unsigned>(s); }

using enum WorkStatus;
constexpr std::uint32_t kAll = (1U << kStatusCount) - 1;
constexpr std::uint32_t kOpenNext = kAll & ~(bit(kRegistered) | bit(kReturned));

// By the status that is left.
constexpr std::array<std::uint32_t, kStatusCount> kSuccessors = {
    /* none        */ kAll & ~bit(kReturned),
    /* REGISTERED  */ (kOpenNext | bit(kRegistered)),
    /* ACCEPTED    */ kOpenNext,
    /* IN_PROGRESS */ kOpenNext,
    /* WAITING     */ kOpenNext,
    /* SUSPENDED   */ kOpenNext,
    /* COMPLETED   */ bit(kReturned) | bit(kAccepted) | bit(kInProgress) | bit(kVoid),
    /* RETURNED    */ bit(kInProgress) | bit(kVoid),
    /* REJECTED    */ bit(kReturned) | bit(kVoid),
    /* WITHDRAWN   */ bit(kReturned) | bit(kVoid),
    /* SUBMITTED   */ kOpenNext,
    /* TRANSFERRED */ bit(kVoid),
    /* DECLINED    */ kOpenNext | bit(kRegistered),
    /* VOID        */ 0,
};
constexpr std::uint32_t kOpen = bit(kNone) | bit(kRegistered) | bit(kAccepted) | bit(kInProgress) |
                                bit(kWaiting) | bit(kSuspended) | bit(kSubmitted) | bit(kDeclined);
constexpr std::uint32_t kEnded =
    bit(kCompleted) | bit(kReturned) | bit(kRejected) | bit(kWithdrawn) | bit(kTransferred);

}  // namespace

bool is_open(WorkStatus status) { return (kOpen & bit(status)) != 0; }
bool is_ended(WorkStatus status) { return (kEnded & bit(status)) != 0; }
bool can_follow(WorkStatus from, WorkStatus to) {
  return from == to || (kSuccessors.at(static_cast<std::size_t>(from)) & bit(to)) != 0;
}

}  // namespace kip
