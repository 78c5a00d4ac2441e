#pragma once
// An answer and its AckEvent, for the sources of desk_state.h. Pure.

#include "alerting/answer.h"
#include "kip/v1/alert.pb.h"

namespace kip {

void put(const Answer& answer, v1::AckEvent& ack);
Answer take(const v1::AckEvent& ack);

}  // namespace kip
