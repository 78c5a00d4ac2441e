#pragma once
// A shard of an engine and its thread; of engine*.cc alone.

#include "app/engine.h"

namespace kip {

struct Engine::Owner {
  std::uint32_t id = 0;
  std::unique_ptr<Seam> seam;
  std::unique_ptr<Shard> shard;
  std::shared_ptr<const Policy> policy;
  Silences silences;
  std::shared_ptr<const forecast::Outlook> outlook;
  std::shared_ptr<const Links> links;
  std::thread thread;
  std::mutex mutex;
  std::condition_variable wake;
  bool poked = true;  // something may have come
  bool stop = false;
  std::atomic<bool> idle{false};
  std::atomic<bool> catching_up{true};  // until it has once looked at everything
  std::atomic<std::uint64_t> position{0};
  std::atomic<std::int64_t> time_ms{ms_of(kFarPast)};  // the greatest time it has seen

  void poke() {
    const std::scoped_lock lock(mutex);
    poked = true;
    idle = false;
    wake.notify_all();
  }
};

template <typename Part>
void Engine::hand(Part Owner::*part, const Part& value) {
  for (auto& owner : owners_) {
    {
      const std::scoped_lock lock(owner->mutex);
      if ((*owner).*part == value) continue;
      (*owner).*part = value;
    }
    owner->poke();
  }
}

}  // namespace kip
