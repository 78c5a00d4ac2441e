#pragma once
// The HTTP/1.1 server: Boost.Beast on Asio coroutines. It knows bytes, limits, routes and access,
// and nothing of Kịp.
//
//   Router routes;
//   routes.on("GET", "/v1/items/{id}", [&](Request request, Reply reply) {
//     reply(json(200, body_of(request.parameters[0])));
//   });
//   auto server = Server::start(options, std::move(routes));
//   (*server)->stop();  // orderly: no new connection, answers under way finish
//
// Threads: handlers run on the server's own threads, several at once, and a thread that waits in a
// handler serves nobody: hand long work on and reply later. `reply` may be called from any thread,
// also after the handler returned, after the client left, or after the server is gone; the first
// call counts. All copies of `reply` dropped without a call: 503 at once; none within
// reply_seconds: 503; a handler that throws: 500.
// Answers: every one that is no success is application/problem+json (RFC 9457). HEAD is answered
// where GET is; a method that a path has not is 405 with Allow, OPTIONS and TRACE too.
// Access: without a token file the server refuses to listen on anything but loopback. With one,
// every request but those to open paths needs `Authorization: Bearer TOKEN`, compared in constant
// time; that comes before 404 and 405, so that a stranger learns no routes.
// Never: it reads no clock for the domain, and logs no body and no token.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace kip::web {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;
  std::string path;                     // decoded; a segment may hold a slash, so do not split it
  std::vector<std::string> parameters;  // of `{...}` in the route, in order
  Fields query;                         // decoded, in order
  Fields headers;                       // names in lower case, values as they came
  std::string body;
  std::string principal;  // name of the token that was used; empty without a token file

  // The first of that name.
  std::optional<std::string_view> header(std::string_view lower_case_name) const;
  std::optional<std::string_view> parameter(std::string_view query_name) const;
};

// What the server adds where the handler has not set it: nosniff, no referrer, Cache-Control
// no-store, and for text/html a Content-Security-Policy without script.
struct Response {
  int status = 200;
  std::string content_type;
  std::string body;
  Fields headers;
};

// RFC 9457. The title is the short name of the problem: that of the status itself gives the type
// "about:blank", any other in ASCII a stable one, "Body too large" -> "/problems/body-too-large".
// `detail` is for this case; `errors`: (JSON pointer or name of a field, reason).
Response problem(int status, std::string_view title, std::string_view detail,
                 const Fields& errors = {});
Response json(int status, std::string body);
std::string json_string(std::string_view text);  // quoted, escaped; invalid UTF-8 becomes U+FFFD
std::string html_escape(std::string_view text);  // for text and quoted attributes

using Reply = std::function<void(Response)>;
using Handler = std::function<void(Request, Reply)>;

// Patterns are "/v1/items/{id}": `{...}` matches one whole, non-empty, percent-decoded segment,
// which may hold an encoded slash. A fixed segment goes before `{...}`, whatever came first.
class Router {
 public:
  // body_max 0: 1 MiB. The same method and pattern twice is a mistake of ours: KIP_CHECK.
  void on(std::string method, std::string_view pattern, Handler handler, std::size_t body_max = 0);
  // A pattern as above whose paths need no token, e.g. /healthz.
  void open(std::string_view path);

 private:
  friend class Site;
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    Handler handler;
    std::size_t body_max;
  };
  std::vector<Route> routes_;
  std::vector<std::vector<std::string>> open_;
};

struct ServerOptions {
  std::string host = "127.0.0.1";  // an IP address or "localhost"
  std::uint16_t port = 8080;       // 0: any free one
  int threads = 2;
  std::string token_file;              // lines "NAME TOKEN"; # comments; a token: 32 characters up
  std::size_t header_max = 16 * 1024;  // 431
  int connections_max = 512;           // beyond: 503 with Retry-After
  int header_seconds = 10;             // from the first byte expected to the end of the headers
  int body_seconds = 30;   // for each MiB begun of a request's body, or 256 KiB of an answer: 408
  int idle_seconds = 60;   // between two requests of a connection
  int reply_seconds = 60;  // a handler that never replies: 503
};

class Server {
 public:
  // What start() would refuse as kInvalid, and an address that this machine has not. Nothing is
  // left of it.
  static Status check(const ServerOptions& options);
  // kInvalid: an option or the token file is wrong. kUnavailable: the address is taken.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Router routes);
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  std::uint16_t port() const;
  // Returns when no handler runs any more and every connection is closed: after reply_seconds and
  // the time to send the answer at the latest. Never from a handler (KIP_CHECK). Twice is harmless.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// True where `host` names only loopback addresses (127.0.0.0/8, ::1, localhost).
bool is_loopback(std::string_view host);

}  // namespace kip::web
