#pragma once
// Who works a forecaster: adopts what was learned, steps it, and learns beside it when it is time.
// Learning takes its time and reads only; meanwhile all goes on by the model in use.
//
//   Learner learner(say);
//   learner.step(forecaster, store, policy, now);      // again and again, of one thread

#include <functional>
#include <future>
#include <memory>
#include <string>

#include "runtime/forecaster.h"

namespace kip {

class Learner {
 public:
  // `say`: to the operator; null: to nobody.
  explicit Learner(std::function<void(const std::string& what)> say) : say_(std::move(say)) {}

  // `store` is what is learned from, and is held until that is done. What cannot be learned from,
  // or is too large to be kept, is said and stops nothing. An error is of the forecaster.
  Status step(Forecaster& forecaster, const std::shared_ptr<const Store>& store,
              const std::shared_ptr<const Policy>& policy, Instant now);
  // Says what the forecaster could not read when it was opened.
  void say_trouble(const Forecaster& forecaster) const;
  // Afterwards nobody reads a store.
  void wait() const {
    if (learning_.valid()) learning_.wait();
  }

 private:
  void say(const std::string& what) const {
    if (say_) say_(what);
  }
  Status adopt(Forecaster& forecaster, Instant now);

  std::function<void(const std::string& what)> say_;
  std::future<Result<Learning>> learning_;
};

}  // namespace kip
