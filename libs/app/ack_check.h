#pragma once
// An answer from outside, by HTTP or on kip.acks.v1: whether it can be taken, and at which desk.
// Pure but for the store that is read; any thread.

#include <string>
#include <utility>
#include <vector>

#include "alerting/answer.h"
#include "contract/desk_state.h"
#include "rules/policy.h"
#include "store/store.h"

namespace kip {

// What is wrong with it, field and reason; empty: it can be taken. Its alerts are the caller's. An
// `at` of 1970 is not said.
std::vector<std::pair<std::string, std::string>> wrong_fields(const AnswerNews& news,
                                                              const Policy& policy, Instant now);
bool is_said(Instant at);
// A word of at most so many bytes, as ids are.
inline constexpr std::size_t kAckIdBytesMax = 128;
bool is_ack_word(const std::string& value);

struct Standing {  // an alert at a desk
  std::string unit;
  DeskAlert alert;
};
// Where the alert is open. It may be at several desks: whose it is, and those above.
Result<std::vector<Standing>> desks_of(const Store& store, const std::string& alert_id);
// The desk at which the person answers: his own unit's where the alert is there too, else whose it
// is. `desks` is not empty; the person may be null.
const Standing& desk_for(const std::vector<Standing>& desks, const Person* person);

}  // namespace kip
