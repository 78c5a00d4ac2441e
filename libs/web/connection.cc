#include "web/connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <ctime>
#include <mutex>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "web/answer.h"

namespace kip::web {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::size_t kMiB = 1024 * 1024;
constexpr std::size_t kPiece = 256 * 1024;     // of an answer: what one deadline is given for
constexpr std::size_t kReadAhead = 64 * 1024;  // Beast reads a body in blocks of this size
constexpr std::size_t kPageSize = 4096;
// How long and how much of a request that is already answered is still read and dropped. Clients
// that send all before they read anything are the usual ones.
constexpr std::size_t kLingerBytesMax = 64 * kMiB;
constexpr std::chrono::seconds kLingerTime{30};    // in all
constexpr std::chrono::seconds kLingerSilence{5};  // between two reads
constexpr std::chrono::seconds kRefusedTime{1};    // where there was no place from the start

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

Request head_from(const http::request<http::string_body>& message) {
  Request request;
  request.method = std::string(view(message.method_string()));
  for (const auto& field : message) {
    request.headers.emplace_back(ascii_lower(view(field.name_string())), view(field.value()));
  }
  return request;
}

// What is wrong with the framing though each line of it is right: two readers of such a request
// could see different ends of it.
std::optional<Response> framing_refusal(const http::request<http::string_body>& message,
                                        bool chunked) {
  const auto count = message.count(http::field::host);
  if (count > 1 || (count == 0 && message.version() >= 11)) {
    return problem(400, "Bad Request", "A request has one Host header.");
  }
  const std::string coding = ascii_lower(view(message[http::field::transfer_encoding]));
  if (!coding.empty() && (!chunked || coding != "chunked")) {
    return problem(501, "Not Implemented", "Transfer-Encoding may be chunked only.");
  }
  const std::string expected = ascii_lower(view(message[http::field::expect]));
  if (!expected.empty() && expected != "100-continue") {
    return problem(417, "Expectation Failed", "Expect may be 100-continue only.");
  }
  if (chunked && message.version() < 11) {
    return problem(400, "Bad Request", "HTTP/1.0 has no chunks.");
  }
  return std::nullopt;
}

Response too_large(std::size_t body_max) {
  return problem(413, "Content Too Large",
                 "This path takes a body of at most " + std::to_string(body_max) + " bytes.");
}

Response unavailable_now(std::string_view detail) {
  Response response = problem(503, "Service Unavailable", detail);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

Response no_place() { return unavailable_now("Too many connections are open."); }

}  // namespace

// Where a handler leaves its answer, from any thread. The lock is held while the connection is
// woken: until put() is done take() cannot return, so the connection, and with it the io_context,
// is still there.
class Slot {
 public:
  explicit Slot(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

  void put(Response response) {
    const std::lock_guard lock(mutex_);
    if (!connection_ || response_) return;
    response_ = std::move(response);
    if (!waiting_) return;
    const Strand strand = connection_->strand();
    asio::post(strand, [connection = std::move(connection_)] { connection->wake_.cancel(); });
  }

  void abandon() {
    {
      const std::lock_guard lock(mutex_);
      if (!connection_ || response_) return;
    }
    put(unavailable_now("The request was given up without an answer."));
  }

  // False: the answer is there. True: put() will wake the connection.
  bool begin_wait() {
    const std::lock_guard lock(mutex_);
    waiting_ = !response_;
    return waiting_;
  }

  std::optional<Response> take() {
    const std::lock_guard lock(mutex_);
    connection_.reset();
    return std::exchange(response_, std::nullopt);
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<Connection> connection_;  // none: nobody waits here any more
  std::optional<Response> response_;
  bool waiting_ = false;
};

Connection::Connection(Socket socket, const ServerOptions& options, const Site& site)
    : options_(options),
      site_(site),
      socket_(std::move(socket)),
      deadline_(socket_.get_executor()),
      wake_(socket_.get_executor()),
      linger_time_(kLingerTime),
      buffer_(options.header_max + kReadAhead) {}

Work<void> Connection::serve() {
  bool keep = true;
  for (bool first = true; keep && !stopping_; first = false) keep = co_await exchange(first);
  disarm();
}

Work<void> Connection::refuse() {
  linger_time_ = kRefusedTime;
  co_await answer(no_place(), false, false);
  disarm();
}

// On Linux a fresh socket takes the few bytes at once, and what was received is read before a reset
// is seen.
void Connection::turn_away(Socket socket) {
  ErrorCode ignored;
  const Response response = no_place();
  const std::string text = head_of(response, std::time(nullptr), false) + response.body;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(text), ignored);
  socket.shutdown(Socket::shutdown_send, ignored);
  std::array<char, kPageSize> sink;
  socket.read_some(asio::buffer(sink), ignored);  // what is unread makes of the close a reset
}

void Connection::stop() {
  stopping_ = true;
  ErrorCode ignored;
  if (!answering_) socket_.shutdown(Socket::shutdown_receive, ignored);
}

// Ends reading by shutting the receiving side, not by cancel(): a cancel that falls between two
// reads of a composed operation is lost, and the answer 408 can still be sent.
void Connection::arm(std::chrono::seconds limit, Expiry expiry) {
  expired_ = false;
  deadline_.expires_after(limit);
  deadline_.async_wait([self = shared_from_this(), turn = ++turn_, expiry](ErrorCode error) {
    if (error || turn != self->turn_) return;
    self->expired_ = true;
    ErrorCode ignored;
    if (expiry == Expiry::kEndReading) self->socket_.shutdown(Socket::shutdown_receive, ignored);
    if (expiry == Expiry::kClose) self->socket_.close(ignored);
  });
}

void Connection::disarm() {
  ++turn_;
  deadline_.cancel();
}

// One request and its answer; false: the connection ends.
Work<bool> Connection::exchange(bool first) {
  if (!first && !co_await await_first_byte()) co_return false;
  arm(std::chrono::seconds(options_.header_seconds), Expiry::kEndReading);
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(options_.header_max));
  parser.body_limit(boost::none);  // the route's, once it is known
  auto [error, bytes] = co_await http::async_read_header(socket_, buffer_, parser, kAwait);
  if (error) {
    auto refusal = refusal_of(error, parser);
    if (!refusal) co_return false;
    co_return co_await answer(std::move(*refusal), false, false);
  }

  const auto& message = parser.get();
  const bool head_only = message.method() == http::verb::head;
  const bool keep = parser.keep_alive();
  auto refusal = framing_refusal(message, parser.chunked());
  if (refusal) co_return co_await answer(std::move(*refusal), head_only, false);
  Plan plan = site_.plan(head_from(message), view(message.target()));
  if (plan.handler == nullptr) refusal = std::move(plan.refusal);
  if (!refusal && !parser.is_done()) {
    const ErrorCode failed = co_await read_body(parser, plan.body_max);
    if (failed == http::error::body_limit) refusal = too_large(plan.body_max);
    if (failed && !refusal) refusal = refusal_of(failed, parser);
    if (failed && !refusal) co_return false;
  }
  if (refusal) {
    co_return co_await answer(std::move(*refusal), head_only, keep && parser.is_done());
  }

  plan.request.body = std::move(parser.get().body());
  answering_ = true;
  Response response = co_await ask(*plan.handler, std::move(plan.request));
  co_return co_await answer(std::move(response), head_only, keep);
}

Work<bool> Connection::await_first_byte() {
  if (buffer_.size() > 0) co_return true;  // pipelined
  arm(std::chrono::seconds(options_.idle_seconds), Expiry::kEndReading);
  auto [error, bytes] = co_await socket_.async_read_some(buffer_.prepare(4096), kAwait);
  buffer_.commit(bytes);
  co_return !error && !expired_;
}

// A body limit shows as http::error::body_limit.
Work<Connection::ErrorCode> Connection::read_body(Parser& parser, std::size_t body_max) {
  if (parser.content_length().value_or(0) > body_max) co_return http::error::body_limit;
  parser.body_limit(body_max);
  const std::chrono::seconds limit(options_.body_seconds);
  const auto& message = parser.get();
  if (message.count(http::field::expect) > 0 && message.version() >= 11 && buffer_.size() == 0) {
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    arm(limit, Expiry::kClose);  // a client that reads nothing must not hold us here
    auto [error, bytes] = co_await asio::async_write(socket_, asio::buffer(kContinue), kAwait);
    if (error) co_return error;
  }
  arm(limit, Expiry::kEndReading);
  std::size_t of_this_mib = 0;
  while (!parser.is_done()) {
    auto [error, bytes] = co_await http::async_read_some(socket_, buffer_, parser, kAwait);
    if (error) co_return error;
    of_this_mib += bytes;
    if (of_this_mib >= kMiB) {
      of_this_mib = 0;
      arm(limit, Expiry::kEndReading);
    }
  }
  co_return ErrorCode{};
}

// nullopt: the client is gone, or never began; there is nobody to tell.
std::optional<Response> Connection::refusal_of(ErrorCode error, const Parser& parser) const {
  if (stopping_) return std::nullopt;
  if (expired_) {
    if (!parser.got_some() && buffer_.size() == 0) return std::nullopt;
    return problem(408, "Request Timeout", "The request did not come in time.");
  }
  if (error == http::error::header_limit ||
      (error == http::error::buffer_overflow && !parser.is_header_done())) {
    return problem(431, "Request Header Fields Too Large",
                   "The headers may have " + std::to_string(options_.header_max) + " bytes.");
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error.category() != http::make_error_code(http::error::bad_method).category()) {
    return std::nullopt;
  }
  return problem(400, "Bad Request", "This is no HTTP/1.1 request: " + error.message());
}

// The handler's answer, or what the server says in its place.
Work<Response> Connection::ask(const Handler& handler, Request request) {
  disarm();
  const auto slot = std::make_shared<Slot>(shared_from_this());
  {
    const std::shared_ptr<Slot> ticket(slot.get(), [slot](Slot* held) { held->abandon(); });
    try {
      handler(std::move(request), [ticket](Response given) { ticket->put(std::move(given)); });
    } catch (...) {
      // What it says may hold what the request held: it is not for the client.
      slot->put(problem(500, "Internal Server Error", "The handler of this path failed."));
    }
  }
  wake_.expires_after(std::chrono::seconds(options_.reply_seconds));
  // A wake-up may be left over from the request before: only the answer and the time count.
  while (slot->begin_wait()) {
    auto [error] = co_await wake_.async_wait(kAwait);
    if (!error) break;
  }
  auto response = slot->take();
  if (response) co_return std::move(*response);
  co_return unavailable_now("There was no answer in time.");
}

// False: the connection ends, and the client has been told so if it still listened.
Work<bool> Connection::answer(Response response, bool head_only, bool keep) {
  keep = keep && !stopping_;
  std::string head = head_of(response, std::time(nullptr), keep);
  std::string_view body = response.body;
  if (head_only || !has_body(response.status)) body = {};
  do {
    arm(std::chrono::seconds(options_.body_seconds), Expiry::kClose);
    const std::string_view piece = body.substr(0, kPiece);
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(head), asio::buffer(piece)};
    auto [error, bytes] = co_await asio::async_write(socket_, buffers, kAwait);
    if (error) co_return false;
    head.clear();
    body.remove_prefix(piece.size());
  } while (!body.empty());
  answering_ = false;
  if (!keep) co_await linger();
  co_return keep;
}

// To close while something is unread would reset the connection, and the client could lose the
// answer it has not read yet, or fail while it still sends (RFC 9112 9.6). Where the time to read
// is past (408) the receiving side is shut, and this ends at once.
Work<void> Connection::linger() {
  using Clock = std::chrono::steady_clock;
  ErrorCode ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  const auto end = Clock::now() + linger_time_;
  std::size_t left = kLingerBytesMax;
  std::array<char, 4 * kPageSize> sink;
  while (left > sink.size() && Clock::now() < end) {
    arm(std::min(kLingerSilence, linger_time_), Expiry::kEndReading);
    auto [error, bytes] = co_await socket_.async_read_some(asio::buffer(sink), kAwait);
    if (error || expired_ || stopping_) break;
    left -= bytes;
  }
}

}  // namespace kip::web
