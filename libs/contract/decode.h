#pragma once
// The contract's WorkEvent as the domain's Event, without what the door stamps. Moves out of
// `from`. Pure.

#include "kip/v1/event.pb.h"
#include "workitem/event.h"

namespace kip {

Event event_of(v1::WorkEvent& from);
// The other way, for the fields a source may say (not identity, clear and voids).
void say(const Facts& facts, v1::WorkEvent& to);
void say(const Step& step, v1::WorkStep& to);

}  // namespace kip
