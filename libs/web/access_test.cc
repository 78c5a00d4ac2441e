#include "web/access.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "web/test_client.h"

namespace kip::web {
namespace {

const std::string kOne(32, 'a');
const std::string kTwo(32, 'b');

class TokenFile {
 public:
  explicit TokenFile(const std::string& text, mode_t mode = 0600) {
    close(mkstemp(path_.data()));
    std::ofstream(path_) << text;
    chmod(path_.c_str(), mode);
  }
  ~TokenFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = ::testing::TempDir() + "kip-web-tokens-XXXXXX";
};

std::string refusal(const std::string& text, mode_t mode = 0600) {
  const TokenFile file(text, mode);
  const auto access = Access::load(file.path());
  if (access) return "accepted";
  EXPECT_EQ(access.error().code, Errc::kInvalid);
  EXPECT_EQ(access.error().message.find("secret"), std::string::npos);
  std::string message = access.error().message;
  const std::size_t at = message.find(file.path());
  return at == std::string::npos ? message : message.replace(at, file.path().size(), "FILE");
}

TEST(Access, KnowsTheNameOfAToken) {
  const TokenFile file("# who may ask\n\n  một-cửa\t" + kOne + "  # since May\r\nkpi " + kTwo);
  const auto access = Access::load(file.path());
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->principal("Bearer " + kOne), "một-cửa");
  EXPECT_EQ(access->principal("bearer  " + kTwo), "kpi");
  for (const std::string& wrong : {std::string(), std::string("Bearer"), "Basic " + kOne, kOne,
                                   "Bearer " + kOne.substr(1), "Bearer " + kOne + "a"}) {
    EXPECT_FALSE(access->principal(wrong)) << wrong;
  }
}

TEST(Access, ANameMayHaveTwoTokensWhileOneIsExchanged) {
  const TokenFile file("a " + kOne + "\na " + kTwo + "\n");
  const auto access = Access::load(file.path());
  ASSERT_TRUE(access);
  EXPECT_EQ(access->principal("Bearer " + kOne), "a");
  EXPECT_EQ(access->principal("Bearer " + kTwo), "a");
}

TEST(Access, RefusesAWrongLineWithItsNumberAndWithoutItsText) {
  EXPECT_EQ(refusal("\nsecret\n"), "FILE:2: expected NAME TOKEN");
  EXPECT_EQ(refusal("secret " + kOne + " secret"), "FILE:1: expected NAME TOKEN");
  EXPECT_EQ(refusal("a secret\n"),
            "FILE:1: a token has at least 32 characters: openssl rand -hex 32");
  EXPECT_EQ(refusal("a " + kOne.substr(1)),
            "FILE:1: a token has at least 32 characters: openssl rand -hex 32");
  EXPECT_EQ(refusal("a secret\"" + kOne), "FILE:1: a token has letters, digits and -._~+/= only");
  EXPECT_EQ(refusal("a " + kOne + "\nb " + kOne), "FILE:2: the token is there twice");
  EXPECT_EQ(refusal("a\xFF " + kOne), "FILE:1: the name is no UTF-8");
  EXPECT_EQ(refusal("# nobody\n"), "token_file FILE holds no line NAME TOKEN");
}

TEST(Access, RefusesAFileThatOthersCanReadOrTheGroupCanWrite) {
  for (const mode_t mode : {0644U, 0604U, 0602U, 0601U, 0444U, 0620U, 0660U, 0610U}) {
    EXPECT_EQ(refusal("a " + kOne, mode),
              "token_file FILE is open to other users, or to its group to write: make it mode 600 "
              "or 640");
  }
  for (const mode_t mode : {0400U, 0600U, 0440U, 0640U}) {
    EXPECT_EQ(refusal("a " + kOne, mode), "accepted") << mode;
  }
}

TEST(Access, RefusesWhatIsNoFile) {
  EXPECT_EQ(Access::load("/nowhere/x").error().message,
            "token_file /nowhere/x: No such file or directory");
  EXPECT_EQ(Access::load("/dev").error().message, "token_file /dev is no regular file");
}

TEST(Access, KnowsLoopback) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost", "LocalHost"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const char* host : {"", "0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "127.0.0.1.example.org",
                           "kip.example", "::ffff:10.0.0.1"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

TEST(Access, WithoutATokenFileOnlyLoopbackIsServed) {
  ServerOptions options = test_options();
  options.host = "0.0.0.0";
  const auto server = Server::start(options, {});
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, Errc::kInvalid);
  EXPECT_NE(server.error().message.find("token_file"), std::string::npos);
  EXPECT_NE(server.error().message.find("127.0.0.1"), std::string::npos);
}

TEST(Access, WhatCannotBeServedIsSaidBeforehand) {
  const auto refusal_of = [](const char* host, const char* token_file) {
    ServerOptions options = test_options();
    options.host = host;
    options.token_file = token_file;
    const Status checked = Server::check(options);
    EXPECT_FALSE(checked) << host;
    EXPECT_EQ(checked.error().code, Errc::kInvalid);
    return checked.error().message;
  };
  const auto has = [](const std::string& text, const char* words) {
    return text.find(words) != std::string::npos;
  };
  EXPECT_TRUE(has(refusal_of("0.0.0.0", ""), "token_file"));
  EXPECT_TRUE(has(refusal_of("127.0.0.1", "/nowhere/tokens"), "/nowhere/tokens"));
  EXPECT_TRUE(has(refusal_of("kip.example", ""), "no IP address"));
  const TokenFile file("desk " + kOne + "\n");
  EXPECT_TRUE(has(refusal_of("192.0.2.1", file.path().c_str()), "192.0.2.1"));  // nobody's
  EXPECT_TRUE(Server::check(test_options()));
}

class TokenServer : public ::testing::Test {
 protected:
  static ServerOptions options(const TokenFile& file) {
    ServerOptions o = test_options();
    o.host = "0.0.0.0";
    o.token_file = file.path();
    return o;
  }
  static Router routes() {
    Router routes;
    const Handler who = [](const Request& request, const Reply& reply) {
      reply({200, "text/plain", '[' + request.principal + ']', {}});
    };
    routes.on("GET", "/v1/who", who);
    routes.on("POST", "/v1/who", who);
    routes.on("GET", "/healthz", who);
    routes.on("GET", "/ack/{id}", who);
    routes.open("/healthz");
    routes.open("/ack/{id}");
    return routes;
  }
  const TokenFile file_{"một-cửa " + kOne + "\nkpi " + kTwo + "\n"};
  const std::unique_ptr<Server> server_ = start(routes(), options(file_));
};

TEST_F(TokenServer, TellsTheHandlerWhoAsks) {
  EXPECT_EQ(ask(*server_, "GET", "/v1/who", "Authorization: Bearer " + kOne + "\r\n").body,
            "[một-cửa]");
  EXPECT_EQ(ask(*server_, "POST", "/v1/who", "authorization: bearer " + kTwo + "\r\n", "x").body,
            "[kpi]");
}

TEST_F(TokenServer, RefusesAMissingToken) {
  const Answer answer = ask(*server_, "GET", "/v1/who");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.header("www-authenticate"), "Bearer realm=\"kip\"");
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
}

TEST_F(TokenServer, RefusesAWrongTokenWithoutRepeatingIt) {
  const Answer answer =
      ask(*server_, "GET", "/v1/who", "Authorization: Bearer " + std::string(32, 'c') + "\r\n");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.header("www-authenticate"), "Bearer realm=\"kip\", error=\"invalid_token\"");
  EXPECT_EQ(answer.body.find("ccc"), std::string::npos);
}

TEST_F(TokenServer, TellsAStrangerNothingOfItsRoutes) {
  EXPECT_EQ(ask(*server_, "GET", "/nowhere").status, 401);
  EXPECT_EQ(ask(*server_, "DELETE", "/v1/who").status, 401);
  EXPECT_EQ(ask(*server_, "GET", "/v1%2Fwho").status, 401);
  EXPECT_EQ(ask(*server_, "GET", "/nowhere", "Authorization: Bearer " + kOne + "\r\n").status, 404);
}

TEST_F(TokenServer, OpenPathsNeedNoToken) {
  EXPECT_EQ(ask(*server_, "GET", "/healthz").body, "[]");
  EXPECT_EQ(ask(*server_, "GET", "/ack/a%2Fb").body, "[]");
  EXPECT_EQ(ask(*server_, "POST", "/healthz").status, 405);
  EXPECT_EQ(ask(*server_, "GET", "/healthz/x").status, 401);
  EXPECT_EQ(ask(*server_, "GET", "/healthz", "Authorization: Bearer " + kTwo + "\r\n").body,
            "[kpi]");
}

}  // namespace
}  // namespace kip::web
