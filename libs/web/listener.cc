#include "web/listener.h"

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "web/connection.h"

namespace kip::web {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using Connections = std::unordered_set<std::shared_ptr<Connection>>;
using Acceptor = asio::basic_socket_acceptor<tcp, Strand>;

// Beyond connections_max so many more are told so and waited for; the rest is told and closed at
// once, so that descriptors stay bounded.
constexpr std::size_t kRefusedMax = 64;
constexpr std::chrono::milliseconds kAcceptPause{100};

Result<tcp::endpoint> endpoint_of(const ServerOptions& options) {
  ErrorCode error;
  const bool named = ascii_lower(options.host) == "localhost";
  const auto address = asio::ip::make_address(named ? "127.0.0.1" : options.host, error);
  if (error) return invalid("host '" + options.host + "' is no IP address and not localhost");
  return tcp::endpoint(address, options.port);
}

}  // namespace

struct Listener::Impl {
  Impl(const ServerOptions& o, const Site& s)
      : options(o), site(s), context(o.threads), acceptor(asio::make_strand(context)) {}

  Status listen();
  Work<void> accept();
  void admit(Socket socket);
  void leave(const std::shared_ptr<Connection>& connection);

  const ServerOptions& options;
  const Site& site;
  asio::io_context context;
  Acceptor acceptor;
  std::uint16_t port = 0;
  std::mutex mutex;  // of the three below
  Connections served;
  Connections refused;
  bool stopping = false;
  std::vector<std::thread> threads;
};

Status Listener::Impl::listen() {
  const auto endpoint = endpoint_of(options);
  if (!endpoint) return endpoint.error();
  ErrorCode error;
  acceptor.open(endpoint->protocol(), error);
  if (!error) acceptor.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(*endpoint, error);
  if (!error) acceptor.listen(Acceptor::max_listen_connections, error);
  if (!error) port = acceptor.local_endpoint(error).port();
  if (!error) return {};
  return unavailable("cannot listen on " + options.host + " port " + std::to_string(options.port) +
                     ": " + error.message());
}

Work<void> Listener::Impl::accept() {
  Timer pause(acceptor.get_executor());
  while (acceptor.is_open()) {
    Socket socket(asio::make_strand(context));
    auto [error] = co_await acceptor.async_accept(socket, kAwait);
    if (!error) {
      admit(std::move(socket));
    } else if (acceptor.is_open() && error != asio::error::connection_aborted) {
      // No descriptors or no memory: that passes only when connections end.
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kAwait);
    }
  }
}

void Listener::Impl::admit(Socket socket) {
  ErrorCode ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  const std::lock_guard lock(mutex);
  const bool full = served.size() >= static_cast<std::size_t>(options.connections_max);
  if (stopping) return;
  if (full && refused.size() >= kRefusedMax) return Connection::turn_away(std::move(socket));
  auto connection = std::make_shared<Connection>(std::move(socket), options, site);
  (full ? refused : served).insert(connection);
  asio::co_spawn(connection->strand(), full ? connection->refuse() : connection->serve(),
                 [this, connection](const std::exception_ptr&) { leave(connection); });
}

void Listener::Impl::leave(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex);
  served.erase(connection);
  refused.erase(connection);
}

// Any free port will do to see that the address is ours.
Status Listener::check(const ServerOptions& options) {
  auto endpoint = endpoint_of(options);
  if (!endpoint) return endpoint.error();
  endpoint->port(0);
  asio::io_context context;
  tcp::acceptor probe(context);
  ErrorCode error;
  probe.open(endpoint->protocol(), error);
  if (!error) probe.bind(*endpoint, error);
  if (error == asio::error::no_descriptors) return {};  // that passes; start() says it
  if (error) return invalid("host '" + options.host + "' cannot be used: " + error.message());
  return {};
}

Result<std::unique_ptr<Listener>> Listener::open(const ServerOptions& options, const Site& site) {
  auto impl = std::make_unique<Impl>(options, site);
  const Status listening = impl->listen();
  if (!listening) return listening.error();
  asio::co_spawn(impl->acceptor.get_executor(), impl->accept(), [](const std::exception_ptr&) {});
  for (int i = 0; i < options.threads; ++i) {
    impl->threads.emplace_back([context = &impl->context] { context->run(); });
  }
  return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::~Listener() = default;

std::uint16_t Listener::port() const { return impl_->port; }

bool Listener::is_own_thread() const {
  return std::any_of(impl_->threads.begin(), impl_->threads.end(), [](const std::thread& thread) {
    return thread.get_id() == std::this_thread::get_id();
  });
}

void Listener::stop() {
  asio::post(impl_->acceptor.get_executor(), [impl = impl_.get()] {
    ErrorCode ignored;
    impl->acceptor.close(ignored);
  });
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    for (const Connections* all : {&impl_->served, &impl_->refused}) {
      for (const auto& c : *all) asio::post(c->strand(), [c] { c->stop(); });
    }
  }
  // run() returns when no coroutine and no timer is left.
  for (std::thread& thread : impl_->threads) thread.join();
}

}  // namespace kip::web
