#pragma once
// The simulated heads: who answers what, and when. They know what is true of their items.

#include <string>
#include <utility>
#include <vector>

#include "alerting/desk.h"
#include "simulation/month_plan.h"

namespace kip::sim::month {

struct Reply {
  Instant at;
  std::string desk;
  AnswerNews news;
};
// The answers to one message; none: it is not answered.
std::vector<Reply> replies_to(const Message& message, const Plan& plan, const Calendar& calendar);

}  // namespace kip::sim::month
