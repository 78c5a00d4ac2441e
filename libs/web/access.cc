#include "web/access.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/ascii.h"
#include "base/utf8.h"
#include "web/server.h"

namespace kip::web {
namespace {

constexpr std::size_t kTokenMin = 32;          // characters: 128 bits in hex
constexpr std::size_t kFileMax = 1024 * 1024;  // more is no token file
// The group may read: who is in it is the operator's choice, and a file that an ACL opens to one
// user (a credential of systemd) shows the ACL's mask in the place of the group.
constexpr unsigned kForbidden = S_IWGRP | S_IXGRP | S_IRWXO;

Error failed(const std::string& file, int error) {
  return invalid("token_file " + file + ": " + std::strerror(error));
}

Result<std::string> read_private(const std::string& file, int fd) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return failed(file, errno);
  if (!S_ISREG(info.st_mode)) return invalid("token_file " + file + " is no regular file");
  if ((info.st_mode & kForbidden) != 0) {
    return invalid("token_file " + file +
                   " is open to other users, or to its group to write: make it mode 600 or 640");
  }
  std::string text;
  char block[4096];
  for (;;) {
    const ssize_t n = read(fd, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed(file, errno);
    if (n == 0) return text;
    text.append(block, static_cast<std::size_t>(n));
    if (text.size() > kFileMax) return invalid("token_file " + file + " is larger than 1 MiB");
  }
}

// The first word of `line`, which loses it.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t\r")));
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
  line.remove_prefix(word.size());
  return word;
}

// What RFC 6750 lets a header carry.
bool is_token_text(std::string_view token) {
  return std::all_of(token.begin(), token.end(), [](char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("-._~+/=").find(c) != std::string_view::npos;
  });
}

// Looks at every byte, so that the time tells nothing about where two digests differ.
bool same(const Sha256& a, const Sha256& b) {
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

Status Access::add(std::string_view line) {
  const std::string_view name = take_word(line);
  const std::string_view token = take_word(line);
  const std::string_view rest = take_word(line);
  if (token.empty() || (!rest.empty() && rest.front() != '#')) {
    return invalid("expected NAME TOKEN");
  }
  if (!utf8_valid(name)) return invalid("the name is no UTF-8");
  if (!is_token_text(token)) return invalid("a token has letters, digits and -._~+/= only");
  if (token.size() < kTokenMin) {
    return invalid("a token has at least 32 characters: openssl rand -hex 32");
  }
  const Sha256 digest = sha256(token);
  for (const Token& other : tokens_) {
    if (same(other.digest, digest)) return invalid("the token is there twice");
  }
  tokens_.push_back({std::string(name), digest});
  return {};
}

Result<Access> Access::load(const std::string& file) {
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return failed(file, errno);
  const auto text = read_private(file, fd);
  close(fd);
  if (!text) return text.error();

  Access access;
  std::string_view rest = *text;
  for (int number = 1; !rest.empty(); ++number) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    std::string_view words = line;
    const std::string_view first = take_word(words);
    if (first.empty() || first.front() == '#') continue;
    const Status added = access.add(line);
    if (!added) return invalid(file + ':' + std::to_string(number) + ": " + added.error().message);
  }
  if (access.tokens_.empty()) return invalid("token_file " + file + " holds no line NAME TOKEN");
  return access;
}

std::optional<std::string> Access::principal(std::string_view authorization) const {
  const std::string_view scheme = take_word(authorization);
  const std::string_view token = take_word(authorization);
  if (ascii_lower(scheme) != "bearer" || token.empty()) return std::nullopt;
  const Sha256 digest = sha256(token);
  const Token* found = nullptr;
  for (const Token& candidate : tokens_) {
    if (same(candidate.digest, digest)) found = &candidate;
  }
  if (found == nullptr) return std::nullopt;
  return found->name;
}

bool is_loopback(std::string_view host) {
  const std::string text(host);
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
  return ascii_lower(host) == "localhost";
}

}  // namespace kip::web
