#pragma once
// One connection: reads requests, lets the Site judge, hands them to handlers, writes the answers,
// one after the other. Included only by the translation units of Asio (see listener.h).
//
// Lives in a shared_ptr, held by its coroutine and by whoever still has to wake it. All members run
// on its strand, but for what Slot does under its lock.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "web/server.h"
#include "web/site.h"

namespace kip::web {

using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;
using Timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, Strand>;
template <typename T>
using Work = boost::asio::awaitable<T, Strand>;

// Completion tokens: errors come back as values.
constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Strand>> kAwait{};

class Slot;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `options` and `site` outlive it.
  Connection(Socket socket, const ServerOptions& options, const Site& site);

  Work<void> serve();
  // Answers 503 at once, without having read anything.
  Work<void> refuse();
  // The same without waiting for anything, and closes: where not even a refusal has a place.
  static void turn_away(Socket socket);
  // On the strand: no further request; an answer under way is finished.
  void stop();
  Strand strand() { return socket_.get_executor(); }

 private:
  friend class Slot;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using ErrorCode = boost::system::error_code;
  enum class Expiry { kEndReading, kClose };

  Work<bool> exchange(bool first);
  Work<bool> await_first_byte();
  Work<ErrorCode> read_body(Parser& parser, std::size_t body_max);
  Work<Response> ask(const Handler& handler, Request request);
  Work<bool> answer(Response response, bool head_only, bool keep);
  Work<void> linger();

  void arm(std::chrono::seconds limit, Expiry expiry);
  void disarm();
  std::optional<Response> refusal_of(ErrorCode error, const Parser& parser) const;

  const ServerOptions& options_;
  const Site& site_;
  Socket socket_;
  Timer deadline_;
  Timer wake_;  // ends the wait for a reply
  std::chrono::seconds linger_time_;
  std::uint64_t turn_ = 0;  // of the deadline: an expiry of an earlier turn means nothing
  bool expired_ = false;    // the present turn's deadline is past
  bool stopping_ = false;
  bool answering_ = false;  // from the handler's call to the last byte of the answer
  boost::beast::flat_buffer buffer_;
};

}  // namespace kip::web
