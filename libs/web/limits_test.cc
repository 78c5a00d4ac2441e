// What the server does with clients that send too much, too slowly or nonsense, and how it ends.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "web/server.h"
#include "web/test_client.h"

namespace kip::web {
namespace {

Router echoes() {
  Router routes;
  routes.on("GET", "/", echo);
  routes.on("POST", "/", echo);
  routes.on("POST", "/small", echo, 10);
  routes.on("POST", "/large", echo, 3 * 1024 * 1024);
  return routes;
}

ServerOptions hurried() {
  ServerOptions options = test_options();
  options.header_seconds = 1;
  options.body_seconds = 1;
  options.idle_seconds = 1;
  options.reply_seconds = 1;
  return options;
}

void expect_refused(Client& client, int status) {
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, status);
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(Limits, OfABodyAreTheRoutes) {
  const auto server = start(echoes());
  EXPECT_EQ(ask(*server, "POST", "/small", "", std::string(10, 'x')).status, 200);
  EXPECT_EQ(ask(*server, "POST", "/", "", std::string(1024 * 1024, 'x')).status, 200);
  EXPECT_EQ(ask(*server, "POST", "/large", "", std::string(3 * 1024 * 1024, 'x')).status, 200);
}

TEST(Limits, ATooLargeBodyIs413AndTheAnswerArrivesThoughTheClientGoesOnSending) {
  const auto server = start(echoes());
  for (const auto& [path, size] : {std::pair("/small", 11), std::pair("/", 1024 * 1024 + 1)}) {
    Client client(server->port());
    client.send("POST " + std::string(path) +
                " HTTP/1.1\r\nHost: kip\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                std::string(static_cast<std::size_t>(size), 'x'));
    expect_refused(client, 413);
  }
}

TEST(Limits, AClientThatSendsAllBeforeItReadsGetsIts413) {
  const auto server = start(echoes());
  const std::string mib(1024 * 1024, 'x');
  Client client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: kip\r\nContent-Length: 33554432\r\n\r\n");
  for (int i = 0; i < 32; ++i) ASSERT_TRUE(client.send(mib)) << i << " MiB";
  expect_refused(client, 413);
}

TEST(Limits, AClientThatSendsWithoutEndIsCutOff) {
  const auto server = start(echoes());
  const std::string mib(1024 * 1024, 'x');
  Client client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: kip\r\nContent-Length: 99999999999\r\n\r\n");
  int sent = 0;
  while (sent < 256 && client.send(mib)) ++sent;
  EXPECT_GE(sent, 60);
  EXPECT_LT(sent, 256);  // 64 MiB, and what the system holds
}

TEST(Limits, ATooLargeBodyInChunksIs413) {
  const auto server = start(echoes());
  Client client(server->port());
  client.send("POST /small HTTP/1.1\r\nHost: kip\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.send("5\r\nabcde\r\n6\r\nabcdef\r\n0\r\n\r\n");
  expect_refused(client, 413);
}

TEST(Limits, TooLargeHeadersAre431) {
  const auto server = start(echoes());
  EXPECT_EQ(ask(*server, "GET", "/", "X: " + std::string(15'000, 'x') + "\r\n").status, 200);
  Client fields(server->port());
  fields.send("GET / HTTP/1.1\r\nHost: kip\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
  expect_refused(fields, 431);
  Client target(server->port());
  target.send("GET /" + std::string(200'000, 'x'));
  expect_refused(target, 431);
}

TEST(Limits, NonsenseIs400) {
  const auto server = start(echoes());
  for (const char* text : {
           "hello\r\n\r\n",
           "GET /\r\n\r\n",
           "GET / HTTP/3.0\r\n\r\n",
           "\x16\x03\x01 tls\r\n\r\n",
           "GET / HTTP/1.1\r\nHost kip\r\n\r\n",
           "GET / HTTP/1.1\r\nHost : kip\r\n\r\n",
           "GET / HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
           "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       }) {
    SCOPED_TRACE(text);
    Client client(server->port());
    client.send(text);
    client.end_sending();
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    EXPECT_TRUE(client.ended());
  }
}

TEST(Limits, OtherCodingsThanChunkedAre501) {
  const auto server = start(echoes());
  for (const char* coding : {"gzip", "gzip, chunked", "identity"}) {
    Client client(server->port());
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + std::string(coding) +
                "\r\n\r\n0\r\n\r\n");
    expect_refused(client, 501);
  }
}

TEST(Limits, AClientThatEndsInTheMiddleIsLetGo) {
  const auto server = start(echoes());
  for (const char* text : {"", "GET", "GET / HTTP/1.1\r\nHo",
                           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"}) {
    Client client(server->port());
    client.send(text);
    client.end_sending();
    EXPECT_TRUE(client.ended()) << text;
  }
}

TEST(Time, ForHeadersEndsWith408) {
  const auto server = start(echoes(), hurried());
  Client silent(server->port());
  Client slow(server->port());
  slow.send("GET / HTTP/1.1\r\nX: ");
  expect_refused(slow, 408);
  EXPECT_TRUE(silent.ended());
}

TEST(Time, ForHeadersIsNotProlongedByDrops) {
  const auto server = start(echoes(), hurried());
  Client slow(server->port());
  std::future<int> answered = std::async(std::launch::async, [&] { return slow.read().status; });
  const auto begin = std::chrono::steady_clock::now();
  slow.send("GET / HTTP/1.1\r\nX: ");
  while (answered.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready &&
         slow.send("x")) {
  }
  EXPECT_EQ(answered.get(), 408);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Time, ForABodyEndsWith408) {
  const auto server = start(echoes(), hurried());
  Client sized(server->port());
  Client chunked(server->port());
  sized.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
  chunked.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab");
  expect_refused(sized, 408);
  expect_refused(chunked, 408);
}

TEST(Time, BetweenRequestsEndsTheConnection) {
  const auto server = start(echoes(), hurried());
  Client client(server->port());
  EXPECT_EQ(client.ask("GET", "/").status, 200);
  EXPECT_TRUE(client.ended());
}

TEST(Time, ForAnAnswerNobodyReadsEndsTheConnection) {
  std::atomic<int> answers{0};
  const std::string large(32 * 1024 * 1024, 'x');
  Router routes;
  routes.on("GET", "/", [&](const Request&, const Reply& reply) {
    ++answers;
    reply({200, "text/plain", large, {}});
  });
  auto server = start(std::move(routes), hurried());
  Client client(server->port(), 4096);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read(true).status, 200);
  server->stop();  // would not return if the write had no end
  EXPECT_EQ(answers, 1);
}

TEST(Time, ForAReplyEndsWith503AndALateOneIsHarmless) {
  std::promise<Reply> kept;
  Router routes = echoes();
  routes.on("GET", "/never", [&](const Request&, const Reply& reply) { kept.set_value(reply); });
  const auto server = start(std::move(routes), hurried());
  Client client(server->port());
  const Answer answer = client.ask("GET", "/never");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("retry-after"), "1");
  kept.get_future().get()({200, "", "late", {}});
  EXPECT_EQ(client.ask("GET", "/").body, "GET /|");
}

TEST(Connections, BeyondTheMostAreToldToComeBack) {
  ServerOptions options = test_options();
  options.connections_max = 2;
  const auto server = start(echoes(), options);
  Client first(server->port());
  auto second = std::make_unique<Client>(server->port());
  EXPECT_EQ(first.ask("GET", "/").status, 200);
  EXPECT_EQ(second->ask("GET", "/").status, 200);
  Client third(server->port());
  const Answer answer = third.read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("retry-after"), "1");
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_EQ(first.ask("GET", "/").status, 200);
  second.reset();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (ask(*server, "GET", "/").status != 200) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the place was not freed";
  }
}

TEST(Connections, EachOfVeryManyBeyondTheMostIsToldToo) {
  ServerOptions options = test_options();
  options.connections_max = 1;
  const auto server = start(echoes(), options);
  Client first(server->port());
  EXPECT_EQ(first.ask("GET", "/").status, 200);
  std::vector<std::unique_ptr<Client>> others;
  for (int i = 0; i < 200; ++i) others.push_back(std::make_unique<Client>(server->port()));
  for (const auto& other : others) {
    const Answer answer = other->read();
    ASSERT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("retry-after"), "1");
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
    EXPECT_NE(answer.body.find("Too many connections"), std::string::npos);
    EXPECT_TRUE(other->ended());
  }
  EXPECT_EQ(first.ask("GET", "/").status, 200);
}

TEST(Start, RefusesWrongOptionsByName) {
  const auto message = [](ServerOptions options) {
    const auto server = Server::start(std::move(options), {});
    return server ? "started" : server.error().message;
  };
  ServerOptions threads = test_options();
  threads.threads = 0;
  EXPECT_EQ(message(threads), "threads is 0, must be from 1 to 256");
  ServerOptions negative = test_options();
  negative.idle_seconds = -1;
  EXPECT_TRUE(message(negative).starts_with("idle_seconds is "));
  ServerOptions host = test_options();
  host.host = "127.1";
  EXPECT_NE(message(host), "started");
}

TEST(Start, SaysThatAnAddressIsTaken) {
  const auto server = start(echoes());
  ServerOptions options = test_options();
  options.port = server->port();
  const auto second = Server::start(options, echoes());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::kUnavailable);
  EXPECT_NE(second.error().message.find(std::to_string(options.port)), std::string::npos);
}

TEST(Start, ListensOnIpv6Loopback) {
  ServerOptions options = test_options();
  options.host = "::1";
  const auto server = Server::start(options, echoes());
  if (!server) GTEST_SKIP() << "skipped: " << server.error().message;
  EXPECT_GT((*server)->port(), 0);
}

TEST(Stop, LetsAnswersUnderWayFinishAndTakesNobodyNew) {
  std::promise<Reply> kept;
  Router routes = echoes();
  routes.on("GET", "/later", [&](const Request&, const Reply& reply) { kept.set_value(reply); });
  const auto server = start(std::move(routes));
  Client idle(server->port());
  EXPECT_EQ(idle.ask("GET", "/").status, 200);
  Client half(server->port());
  half.send("GET / HT");
  Client waits(server->port());
  waits.send("GET /later HTTP/1.1\r\nHost: kip\r\n\r\nGET / HTTP/1.1\r\nHost: kip\r\n\r\n");
  Reply reply = kept.get_future().get();

  std::future<void> stopped = std::async(std::launch::async, [&] { server->stop(); });
  EXPECT_TRUE(idle.ended());
  EXPECT_TRUE(half.ended());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (Client(server->port()).connected()) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "still takes connections";
  }
  EXPECT_EQ(stopped.wait_for(std::chrono::seconds(0)), std::future_status::timeout);

  reply({200, "text/plain", "done", {}});
  const Answer answer = waits.read();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(waits.ended());
  waits.reset();
  stopped.get();
}

TEST(Stop, TwiceAndFromSeveralThreadsIsHarmless) {
  const auto server = start(echoes());
  std::thread other([&] { server->stop(); });
  server->stop();
  other.join();
  server->stop();
  EXPECT_FALSE(Client(server->port()).connected());
}

TEST(Stop, UnderLoadLosesNoAnswerThatBegan) {
  Router routes;
  std::atomic<int> handled{0};
  routes.on("GET", "/", [&](const Request&, const Reply& reply) {
    ++handled;
    reply({200, "text/plain", "x", {}});
  });
  const auto server = start(std::move(routes));
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  clients.reserve(8);
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      Client client(server->port());
      while (client.connected() && client.ask("GET", "/").status == 200) ++answered;
    });
  }
  while (answered < 200) std::this_thread::yield();
  server->stop();
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(answered, handled);
}

}  // namespace
}  // namespace kip::web
