// The machines beside the shards: sources that fall silent, what forecasts are made by, and what
// shards tell each other.

#include "app/engine_owner.h"
#include "app/lapse.h"

namespace kip {

Status Engine::open_watch(std::uint32_t shards) {
  if (options_.clock.kind == ClockSpec::Kind::kLog) return {};  // nothing is held back there
  subjects_ = std::make_unique<Subjects>(*store_, shards, policy_);
  if (Status opened = subjects_->open(); !opened) return opened;
  forecaster_ = std::make_unique<Forecaster>(*store_, shards_below(shards), policy_);
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
  learner_.say_trouble(*forecaster_);
  for (;;) {
    const Instant at = now();
    if (lapse.passed(std::chrono::steady_clock::now(), at)) subjects_->not_listening(at);
    if (Status looked = look_at_sources(); !looked) return fail(looked.error());
    if (Status looked = look_ahead(); !looked) return fail(looked.error());
    if (auto looked = look_at_links(); !looked) return fail(looked.error());
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

Status Engine::look_ahead() {
  if (catching_up()) return {};
  if (Status done = learner_.step(*forecaster_, store_, policy(), now()); !done) return done;
  hand(&Owner::outlook, forecaster_->outlook());
  return {};
}

// While a shard is behind what is told may be about to change. Also called by who waits until all
// is done: true, if there was news.
Result<bool> Engine::look_at_links() {
  const std::scoped_lock lock(links_mutex_);
  if (!subjects_ || catching_up()) return false;
  const std::uint64_t news = links_news_;
  if (news == links_handed_) return false;
  if (Status read = link_rows_.take_all(*store_); !read) return read.error();
  link_rows_.renew();
  links_handed_ = news;
  hand(&Owner::links, link_rows_.links());
  return true;
}

std::map<std::string, SourcePhase> Engine::source_phases() const {
  const std::scoped_lock lock(mutex_);
  return phases_;
}

}  // namespace kip
