// What a well-meaning client sees: routes, methods, framing, headers, replies.
#include "web/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "web/test_client.h"

namespace kip::web {
namespace {

Router echo_router() {
  Router routes;
  routes.on("GET", "/", echo);
  routes.on("GET", "/v1/items/{id}", echo);
  routes.on("POST", "/v1/items/{id}", echo);
  routes.on("GET", "/v1/items/export", echo);
  routes.on("GET", "/v1/{kind}/{id}/history", echo);
  routes.on("POST", "/v1/events", echo);
  return routes;
}

TEST(Routes, DecodeParametersAndQuery) {
  const auto server = start(echo_router());
  EXPECT_EQ(ask(*server, "GET", "/").body, "GET /|");
  EXPECT_EQ(ask(*server, "GET", "/v1/items/h%2F1").body, "GET /v1/items/h/1 {h/1}|");
  EXPECT_EQ(ask(*server, "GET", "/v1/items/H%E1%BB%93?q=s%C6%A1+1").body,
            "GET /v1/items/Hồ {Hồ} q=sơ 1|");
  EXPECT_EQ(ask(*server, "GET", "/v1/items/Hồ").body, "GET /v1/items/Hồ {Hồ}|");
  EXPECT_EQ(ask(*server, "GET", "/v1/units/7/history").body,
            "GET /v1/units/7/history {units} {7}|");
  EXPECT_EQ(ask(*server, "GET", "http://kip:8080/v1/items/1").body, "GET /v1/items/1 {1}|");
}

TEST(Routes, AFixedSegmentGoesBeforeAParameter) {
  const auto server = start(echo_router());
  EXPECT_EQ(ask(*server, "GET", "/v1/items/export").body, "GET /v1/items/export|");
  EXPECT_EQ(ask(*server, "POST", "/v1/items/export", "", "x").body,
            "POST /v1/items/export {export}|x");
}

TEST(Routes, UnknownPathsAre404) {
  const auto server = start(echo_router());
  for (const char* path :
       {"/nowhere", "/v1/items/", "/v1/items", "/v1/items/1/", "/v1%2Fevents", "//v1/events"}) {
    const Answer answer = ask(*server, "GET", path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  }
}

TEST(Routes, OtherMethodsAre405WithAllow) {
  const auto server = start(echo_router());
  for (const char* method : {"OPTIONS", "TRACE", "DELETE", "PATCH", "BREW", "get", "PURGE"}) {
    const Answer answer = ask(*server, method, "/v1/items/1");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.header("allow"), "GET, HEAD, POST") << method;
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  }
  EXPECT_EQ(ask(*server, "GET", "/v1/events").header("allow"), "POST");
  EXPECT_EQ(ask(*server, "HEAD", "/v1/events").status, 405);
}

TEST(Routes, HeadIsGetWithoutItsBody) {
  const auto server = start(echo_router());
  Client client(server->port());
  const Answer answer = client.ask("HEAD", "/v1/items/1");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("content-length"),
            std::to_string(std::string("HEAD /v1/items/1 {1}|").size()));
  EXPECT_EQ(client.ask("GET", "/").body, "GET /|");  // nothing was left on the way
}

TEST(Routes, UnreadableTargetsAre400) {
  const auto server = start(echo_router());
  for (const char* target :
       {"/v1/items/%", "/v1/items/%zz", "/v1/items/%FF", "/?q=%FF", "*", "/v1/items/a%0d%0ab"}) {
    const Answer answer = ask(*server, "GET", target);
    EXPECT_EQ(answer.status, 400) << target;
    EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  }
}

TEST(Headers, ComeInLowerCaseAndTheFirstOfANameIsFound) {
  Router routes;
  routes.on("GET", "/", [](const Request& request, const Reply& reply) {
    reply({200, "text/plain", std::string(request.header("x-unit").value_or("none")), {}});
  });
  const auto server = start(std::move(routes));
  EXPECT_EQ(ask(*server, "GET", "/", "X-Unit:  Một cửa \r\nx-unit: other\r\n").body, "Một cửa");
  EXPECT_EQ(ask(*server, "GET", "/").body, "none");
}

TEST(Headers, OfSafetyAreOnEveryAnswerUnlessTheHandlerSetThem) {
  Router routes;
  routes.on("GET", "/html", [](const Request&, const Reply& reply) {
    reply({200, "text/html; charset=utf-8", "<p>", {}});
  });
  routes.on("GET", "/own", [](const Request&, const Reply& reply) {
    reply({200,
           "text/html",
           "",
           {{"cache-control", "max-age=60"},
            {"content-security-policy", "default-src 'self'"},
            {"Content-Length", "999"},
            {"X-Note", "a\r\nX-Forged: b"}}});
  });
  const auto server = start(std::move(routes));
  for (const char* path : {"/html", "/own", "/nowhere", "/%"}) {
    const Answer answer = ask(*server, "GET", path);
    EXPECT_EQ(answer.header("x-content-type-options"), "nosniff") << path;
    EXPECT_EQ(answer.header("referrer-policy"), "no-referrer") << path;
    EXPECT_EQ(answer.headers.count("date"), 1U) << path;
  }
  const Answer html = ask(*server, "GET", "/html");
  EXPECT_EQ(html.header("cache-control"), "no-store");
  EXPECT_EQ(html.header("content-security-policy"),
            "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            "frame-ancestors 'self'");
  const Answer own = ask(*server, "GET", "/own");
  EXPECT_EQ(own.header("cache-control"), "max-age=60");
  EXPECT_EQ(own.header("content-security-policy"), "default-src 'self'");
  EXPECT_EQ(own.header("content-length"), "0");
  EXPECT_EQ(own.header("x-note"), "a  X-Forged: b");
  EXPECT_EQ(own.headers.count("x-forged"), 0U);
  EXPECT_EQ(ask(*server, "GET", "/nowhere").headers.count("content-security-policy"), 0U);
}

TEST(Connections, ArePersistentAndMayBePipelined) {
  const auto server = start(echo_router());
  Client client(server->port());
  EXPECT_EQ(client.ask("GET", "/").header("connection"), "keep-alive");
  EXPECT_EQ(client.ask("GET", "/nowhere").status, 404);
  std::string many;
  for (int i = 0; i < 50; ++i) {
    const std::string body = "b" + std::to_string(i);
    many += "POST /v1/items/" + std::to_string(i) +
            " HTTP/1.1\r\nHost: kip\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body;
  }
  client.send(many);
  for (int i = 0; i < 50; ++i) {
    const std::string n = std::to_string(i);
    EXPECT_EQ(client.read().body, "POST /v1/items/" + n + " {" + n + "}|b" + n);
  }
  EXPECT_EQ(client.ask("GET", "/", "Connection: close\r\n").header("connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(Connections, OfHttp10EndUnlessAskedToStay) {
  const auto server = start(echo_router());
  Client once(server->port());
  once.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(once.read().header("connection"), "close");
  EXPECT_TRUE(once.ended());
  Client stays(server->port());
  stays.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(stays.read().header("connection"), "keep-alive");
  EXPECT_EQ(stays.ask("GET", "/").status, 200);
}

TEST(Bodies, MayComeInChunks) {
  const auto server = start(echo_router());
  Client client(server->port());
  client.send("POST /v1/events HTTP/1.1\r\nHost: kip\r\nTransfer-Encoding: chunked\r\n\r\n");
  client.send("3\r\nabc\r\n");
  client.send("A;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n");
  EXPECT_EQ(client.read().body, "POST /v1/events|abc0123456789");
  EXPECT_EQ(client.ask("GET", "/").status, 200);
}

TEST(Bodies, AreAskedForWhenTheClientWaits) {
  const auto server = start(echo_router());
  Client client(server->port());
  client.send(
      "POST /v1/events HTTP/1.1\r\nHost: kip\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("abc");
  EXPECT_EQ(client.read().body, "POST /v1/events|abc");
  EXPECT_EQ(ask(*server, "POST", "/v1/events", "Expect: more\r\n", "x").status, 417);
}

TEST(Bodies, OfARefusedRequestAreNotAskedFor) {
  const auto server = start(echo_router());
  Client client(server->port());
  client.send(
      "POST /nowhere HTTP/1.1\r\nHost: kip\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(Replies, MayComeLaterFromAnotherThread) {
  std::promise<Reply> kept;
  Router routes;
  routes.on("GET", "/later", [&](const Request&, const Reply& reply) { kept.set_value(reply); });
  const auto server = start(std::move(routes));
  Client client(server->port());
  client.send("GET /later HTTP/1.1\r\nHost: kip\r\n\r\n");
  std::thread([reply = kept.get_future().get()] { reply({202, "", "", {}}); }).join();
  EXPECT_EQ(client.read().status, 202);
}

TEST(Replies, AfterTheFirstCountForNothing) {
  std::promise<Reply> kept;
  Router routes;
  routes.on("GET", "/", [&](const Request&, const Reply& reply) {
    kept.set_value(reply);
    reply({200, "text/plain", "first", {}});
    reply({500, "text/plain", "second", {}});
  });
  routes.on("GET", "/next", echo);
  const auto server = start(std::move(routes));
  Client client(server->port());
  EXPECT_EQ(client.ask("GET", "/").body, "first");
  kept.get_future().get()({500, "text/plain", "third", {}});
  EXPECT_EQ(client.ask("GET", "/next").body, "GET /next|");
}

TEST(Replies, AfterTheServerIsGoneAreHarmless) {
  std::promise<Reply> kept;
  Router routes;
  routes.on("GET", "/", [&](const Request&, const Reply& reply) {
    kept.set_value(reply);
    reply({204, "", "ignored", {}});
  });
  auto server = start(std::move(routes));
  const Answer answer = ask(*server, "GET", "/");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.headers.count("content-length"), 0U);
  server.reset();
  kept.get_future().get()({200, "", "", {}});
}

TEST(Replies, DroppedAre503AtOnceAndThrownOnesAre500) {
  Router routes;
  routes.on("GET", "/drops", [](const Request&, const Reply&) {});
  routes.on("GET", "/throws",
            [](const Request&, const Reply&) { throw std::runtime_error("secret"); });
  const auto server = start(std::move(routes));
  Client client(server->port());
  EXPECT_EQ(client.ask("GET", "/drops").status, 503);
  const Answer thrown = client.ask("GET", "/throws");
  EXPECT_EQ(thrown.status, 500);
  EXPECT_EQ(thrown.header("content-type"), "application/problem+json");
  EXPECT_EQ(thrown.body.find("secret"), std::string::npos);
}

TEST(Replies, FromManyThreadsReachTheirOwnClients) {
  constexpr int kClients = 16;
  constexpr int kRounds = 50;
  Router routes;
  routes.on("GET", "/{n}", [](Request request, Reply reply) {
    std::thread([request = std::move(request), reply = std::move(reply)] {
      reply({200, "text/plain", request.parameters[0], {}});
    }).detach();
  });
  const auto server = start(std::move(routes));
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  threads.reserve(kClients);
  for (int t = 0; t < kClients; ++t) {
    threads.emplace_back([&, t] {
      Client client(server->port());
      for (int i = 0; i < kRounds; ++i) {
        const std::string n = std::to_string(t * kRounds + i);
        right += client.ask("GET", "/" + n).body == n ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, kClients * kRounds);
}

TEST(Clients, ThatLeaveInTheMiddleOfAnAnswerHarmNobody) {
  const std::string large(8 * 1024 * 1024, 'x');
  Router routes;
  routes.on("GET", "/large", [&](const Request&, const Reply& reply) {
    reply({200, "text/plain", large, {}});
  });
  std::promise<Reply> kept;
  routes.on("GET", "/later", [&](const Request&, const Reply& reply) { kept.set_value(reply); });
  const auto server = start(std::move(routes));
  for (int i = 0; i < 5; ++i) {
    Client leaves(server->port(), 4096);
    leaves.send("GET /large HTTP/1.1\r\nHost: kip\r\n\r\n");
    EXPECT_EQ(leaves.read(true).status, 200);
    leaves.reset();
  }
  Client gone(server->port());
  gone.send("GET /later HTTP/1.1\r\nHost: kip\r\n\r\n");
  const Reply reply = kept.get_future().get();
  gone.reset();
  reply({200, "text/plain", large, {}});
  EXPECT_EQ(ask(*server, "GET", "/large").body, large);
}

}  // namespace
}  // namespace kip::web
