// The machines beside the shards: sources that fall silent, and what forecasts are made by.

#include <numeric>

#include "app/engine_owner.h"
#include "app/lapse.h"
#include "runtime/learn.h"

namespace kip {

Status Engine::open_watch(std::uint32_t shards) {
  if (options_.clock.kind == ClockSpec::Kind::kLog) return {};  // nothing is held back there
  subjects_ = std::make_unique<Subjects>(*store_, shards, policy_);
  if (Status opened = subjects_->open(); !opened) return opened;
  std::vector<std::uint32_t> all(shards);
  std::iota(all.begin(), all.end(), 0U);
  forecaster_ = std::make_unique<Forecaster>(*store_, std::move(all), policy_);
  if (Status opened = forecaster_->open(); !opened) return opened;
  for (auto& owner : owners_) {
    owner->silences = subjects_->silences();
    owner->outlook = forecaster_->outlook();
  }
  return {};
}

// What shards have heard and not yet committed it hears a moment later.
void Engine::watch() {
  constexpr std::chrono::milliseconds kLook{500};
  Lapse lapse(options_.clock.factor, std::chrono::steady_clock::now(), now());
  if (forecaster_->trouble()) {
    options_.on_warning("nothing is foreseen until a new model is learned: " +
                        *forecaster_->trouble());
  }
  for (;;) {
    const Instant at = now();
    if (lapse.passed(std::chrono::steady_clock::now(), at)) subjects_->not_listening(at);
    if (Status looked = look_at_sources(); !looked) return fail(looked.error());
    if (Status looked = look_ahead(); !looked) return fail(looked.error());
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, kLook, [this] { return stopping_; })) return;
  }
}

Status Engine::look_at_sources() {
  if (catching_up()) return {};
  subjects_->set_policy(policy());
  if (auto looked = subjects_->step(now()); !looked) return looked.error();
  hand(&Owner::silences, subjects_->silences());
  const std::scoped_lock lock(mutex_);
  for (const auto& [id, source] : subjects_->sources()) phases_[id] = source.phase;
  return {};
}

// Learning takes its time and reads only: meanwhile all goes on by the model in use.
Status Engine::look_ahead() {
  if (catching_up()) return {};
  const std::shared_ptr<const Policy> policy = this->policy();
  forecaster_->set_policy(policy);
  if (learning_.valid()) {
    if (learning_.wait_for(std::chrono::seconds{0}) != std::future_status::ready) return {};
    auto learned = learning_.get();
    // What it could not read stops nothing: an audit finds it, and the model in use stays.
    if (!learned) options_.on_warning("nothing was learned: " + learned.error().message);
    Learning learning = learned ? std::move(*learned) : Learning{{}, learned.error().message};
    if (Status adopted = forecaster_->adopt(std::move(learning), now()); !adopted) return adopted;
  }
  if (auto next = forecaster_->step(now()); !next) return next.error();
  if (forecaster_->to_learn()) {
    auto in_use = forecaster_->outlook() ? forecaster_->outlook()->lesson : nullptr;
    learning_ = std::async(std::launch::async, [this, policy, in_use, at = now()] {
      return learn(*store_, *policy, in_use, at);
    });
  }
  hand(&Owner::outlook, forecaster_->outlook());
  return {};
}

std::map<std::string, SourcePhase> Engine::source_phases() const {
  const std::scoped_lock lock(mutex_);
  return phases_;
}

}  // namespace kip
