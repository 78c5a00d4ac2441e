#include "app/learner.h"

#include <chrono>

#include "runtime/learn.h"

namespace kip {

Status Learner::step(Forecaster& forecaster, const std::shared_ptr<const Store>& store,
                     const std::shared_ptr<const Policy>& policy, Instant now) {
  forecaster.set_policy(policy);
  if (learning_.valid()) {
    if (learning_.wait_for(std::chrono::seconds{0}) != std::future_status::ready) return {};
    if (Status adopted = adopt(forecaster, now); !adopted) return adopted;
  }
  if (auto next = forecaster.step(now); !next) return next.error();
  if (forecaster.to_learn()) {
    auto in_use = forecaster.outlook() ? forecaster.outlook()->lesson : nullptr;
    learning_ =
        std::async(std::launch::async, [store, policy, in_use, now, part = forecaster.part()] {
          return learn(*store, *policy, in_use, now, part);
        });
  }
  return {};
}

Status Learner::adopt(Forecaster& forecaster, Instant now) {
  auto learned = learning_.get();
  if (learned) {
    const Status adopted = forecaster.adopt(std::move(*learned), now);
    if (adopted || adopted.error().code != Errc::kInvalid) return adopted;
    learned = adopted.error();
  }
  say("nothing was learned: " + learned.error().message);
  return forecaster.adopt(Learning{{}, learned.error().message}, now);
}

void Learner::say_trouble(const Forecaster& forecaster) const {
  if (forecaster.trouble())
    say("nothing is foreseen until a new model is learned: " + *forecaster.trouble());
}

}  // namespace kip
