#include "web/server.h"

#include <mutex>
#include <utility>

#include "web/access.h"
#include "web/listener.h"
#include "web/site.h"

namespace kip::web {
namespace {

Status in_range(const char* name, std::size_t value, std::size_t low, std::size_t high) {
  if (value >= low && value <= high) return {};
  return invalid(std::string(name) + " is " + std::to_string(value) + ", must be from " +
                 std::to_string(low) + " to " + std::to_string(high));
}

Status check_numbers(const ServerOptions& options) {
  // A negative number becomes a huge one and so is out of range too.
  const auto number = [](int value) { return static_cast<std::size_t>(value); };
  constexpr std::size_t kDay = 86'400;
  const Status checks[] = {
      in_range("threads", number(options.threads), 1, 256),
      in_range("header_max", options.header_max, 1024, 1024 * 1024),
      in_range("connections_max", number(options.connections_max), 1, 100'000),
      in_range("header_seconds", number(options.header_seconds), 1, kDay),
      in_range("body_seconds", number(options.body_seconds), 1, kDay),
      in_range("idle_seconds", number(options.idle_seconds), 1, kDay),
      in_range("reply_seconds", number(options.reply_seconds), 1, kDay),
  };
  for (const Status& status : checks) {
    if (!status) return status;
  }
  return {};
}

Status check_access(const ServerOptions& options) {
  if (options.token_file.empty() && !is_loopback(options.host)) {
    return invalid("host " + options.host +
                   " can be reached from other machines and there is no token_file: name one "
                   "(lines NAME TOKEN, mode 600), or listen on 127.0.0.1");
  }
  return {};
}

}  // namespace

struct Server::Impl {
  ServerOptions options;
  Site site;
  std::unique_ptr<Listener> listener;
  std::once_flag stopped;
};

Status Server::check(const ServerOptions& options) {
  if (Status checked = check_numbers(options); !checked) return checked;
  if (Status checked = Listener::check(options); !checked) return checked;
  if (Status checked = check_access(options); !checked) return checked;
  if (options.token_file.empty()) return {};
  auto access = Access::load(options.token_file);
  return access ? Status{} : access.error();
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Router routes) {
  if (Status checked = check(options); !checked) return checked.error();
  std::optional<Access> access;
  if (!options.token_file.empty()) {
    auto loaded = Access::load(options.token_file);
    if (!loaded) return loaded.error();
    access = std::move(*loaded);
  }
  auto impl = std::unique_ptr<Impl>(
      new Impl{std::move(options), Site(std::move(routes), std::move(access)), nullptr, {}});
  auto listener = Listener::open(impl->options, impl->site);
  if (!listener) return listener.error();
  impl->listener = std::move(*listener);
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { stop(); }

std::uint16_t Server::port() const { return impl_->listener->port(); }

void Server::stop() {
  KIP_CHECK(!impl_->listener->is_own_thread());
  std::call_once(impl_->stopped, [this] { impl_->listener->stop(); });
}

}  // namespace kip::web
