#pragma once
// What is asked of a message once it has been decoded and its envelope is filled in, and how it is
// then stamped: the one place for all ways in, the door's and the import's.
//
//   v1::StampedEvent stamped;
//   *stamped.mutable_event() = event;
//   set_timestamp(now, *stamped.mutable_ingested_at());
//   Verdict v = admit(std::move(stamped), options);
//
// Asked: identity and time are there; strings are UTF-8, ids without NUL, both within the limits;
// enum numbers have a word; doubles are finite; times lie in the years 1900 to 9999, occurred_at
// (and as_of of a source's report) from 2000 on and at most a day after ingested_at. Pure; no
// thread.

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "base/time.h"
#include "contract/codes.h"
#include "contract/door.h"
#include "kip/v1/event.pb.h"

namespace kip {

inline constexpr Millis kAheadMax = std::chrono::hours{24};
inline constexpr Instant kEarliestEvent = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};
inline constexpr Instant kEarliestTime = std::chrono::sys_days{std::chrono::year{1900} / 1 / 1};
inline constexpr Instant kLatestTime =  // the first that is too late
    std::chrono::sys_days{std::chrono::year{10000} / 1 / 1};

MaybeRefusal check_work(const v1::WorkEvent& event, Instant ingested_at, const Limits& limits);
MaybeRefusal check_indicator(const v1::IndicatorEvent& event, const Limits& limits);
MaybeRefusal check_report(const v1::SourceReport& report, Instant ingested_at,
                          const Limits& limits);

// Accepted, but: sorted words (SEMANTICS 9.33).
std::vector<std::string> faults_of(const v1::WorkEvent& event, const DoorOptions& options);

// Checks the one message inside, drops what the door drops, adds the faults to those that are there
// and serializes. ingested_at, channel and principal must be set.
Verdict admit(v1::StampedEvent stamped, const DoorOptions& options);

// Serialized in number order, unknown fields last and in number order too (SEMANTICS 9.20).
void order_unknown_fields(google::protobuf::Message& message);

}  // namespace kip
