#pragma once
// A client for the tests of this folder: a plain socket, so that a test can send what no decent
// client would. Every wait has an end: after ten seconds a read gives up and the test fails.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "web/server.h"

namespace kip::web {

struct Answer {
  int status = 0;  // 0: the connection ended without an answer
  std::map<std::string, std::string> headers;
  std::string body;

  // Empty where it is not there.
  std::string header(const std::string& lower_case_name) const {
    const auto it = headers.find(lower_case_name);
    return it == headers.end() ? "" : it->second;
  }
};

class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0)
      : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    if (receive_buffer > 0) {
      setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { close(fd_); }

  bool connected() const { return connected_; }
  // False: the other side is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  void end_sending() { shutdown(fd_, SHUT_WR); }
  void reset() {  // ends the connection hard
    const linger hard{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(std::exchange(fd_, -1));
  }

  Answer read(bool to_head = false) {
    Answer answer;
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return answer;
    }
    std::string head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    answer.status = std::atoi(head.substr(9, 3).c_str());
    head.erase(0, head.find("\r\n") + 2);
    while (!head.empty()) {
      const std::string line = head.substr(0, head.find("\r\n"));
      head.erase(0, line.size() + 2);
      answer.headers[ascii_lower(line.substr(0, line.find(':')))] = line.substr(line.find(':') + 2);
    }
    const auto length = answer.headers.find("content-length");
    if (to_head || length == answer.headers.end()) return answer;
    const auto size = static_cast<std::size_t>(std::stoul(length->second));
    for (bool open = true; open && buffer_.size() < size;) open = more();
    answer.body = buffer_.substr(0, size);
    buffer_.erase(0, answer.body.size());
    return answer;
  }

  // True once the server has ended the connection, and nothing unread came before that.
  bool ended() { return buffer_.empty() && !more(); }

  Answer ask(std::string_view method, std::string_view target, std::string_view headers = "",
             std::string_view body = "") {
    std::string text = std::string(method) + ' ' + std::string(target) +
                       " HTTP/1.1\r\nHost: kip\r\n" + std::string(headers);
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    send(text + "\r\n" + std::string(body));
    return read(method == "HEAD");
  }

 private:
  bool more() {
    pollfd wait{fd_, POLLIN, 0};
    if (poll(&wait, 1, 10'000) != 1) {
      ADD_FAILURE() << "the server was silent for 10 s";
      return false;
    }
    char block[16 * 1024];
    const ssize_t n = recv(fd_, block, sizeof block, 0);
    if (n <= 0) return false;
    buffer_.append(block, static_cast<std::size_t>(n));
    return true;
  }

  int fd_;
  bool connected_ = false;
  std::string buffer_;
};

inline ServerOptions test_options() {
  ServerOptions options;
  options.port = 0;
  return options;
}

inline std::unique_ptr<Server> start(Router routes, ServerOptions options = test_options()) {
  return std::move(*Server::start(std::move(options), std::move(routes)));
}

inline Answer ask(const Server& server, std::string_view method, std::string_view target,
                  std::string_view headers = "", std::string_view body = "") {
  return Client(server.port()).ask(method, target, headers, body);
}

// Answers with what the handler saw.
inline void echo(const Request& request, const Reply& reply) {
  std::string text = request.method + ' ' + request.path;
  for (const std::string& p : request.parameters) text += " {" + p + '}';
  for (const auto& [name, value] : request.query) text += ' ' + name + '=' + value;
  reply({200, "text/plain", text + '|' + request.body, {}});
}

}  // namespace kip::web
