#pragma once
// A whole service for the tests of the API: an engine with a clock that stands, on a directory that
// goes away, and its routes on a server of their own. The configuration is the one that is shipped.
//
//   Service service;
//   service.post(task_event("e1", "NV-1"));
//   EXPECT_EQ(service.get("/v1/items/NV-1").status, 200);

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/api.h"
#include "app/engine.h"
#include "store/testing.h"
#include "web/test_client.h"

namespace kip::test {

namespace js = boost::json;

inline std::shared_ptr<const Policy> shipped_policy() {
  static const auto kPolicy = [] {
    CommonOptions options;
    options.config = std::string(KIP_SOURCE_DIR) + "/deploy/config";
    return *load_policy(options);
  }();
  return kPolicy;
}

constexpr const char* kSource = "urn:kip:sample:nhiemvu";

// Monday 2026-11-23, 09:42 at the ward.
inline EngineOptions standing_clock(std::string data) {
  EngineOptions options;
  options.data = std::move(data);
  options.clock = *parse_clock("at:2026-11-23T02:42:00Z");
  options.calendar = "config";
  options.registry = "config";
  return options;
}

class Service {
 public:
  explicit Service(bool started = true) : Service(nullptr, started) {}
  Service(void (*change)(EngineOptions&), bool started) {
    EngineOptions options = standing_clock(dir_.path());
    if (change != nullptr) change(options);
    engine_ = std::move(*Engine::open(std::move(options), shipped_policy()));
    server_ = web::start(make_routes(*engine_, {.version = "9.8.7"}));
    if (started) {
      EXPECT_TRUE(engine_->start());
    }
  }
  ~Service() {
    server_->stop();
    engine_->stop();
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  Engine& engine() { return *engine_; }

  web::Answer get(const std::string& target, const std::string& headers = "") {
    return web::ask(*server_, "GET", target, headers);
  }
  web::Answer send(const std::string& headers, const std::string& body) {
    return web::ask(*server_, "POST", "/v1/events", headers, body);
  }
  // A structured event; waits until the shards have folded what was taken.
  web::Answer post(const js::object& event) {
    web::Answer answer =
        send("Content-Type: application/cloudevents+json\r\n", js::serialize(event));
    settle();
    return answer;
  }
  void settle() { EXPECT_TRUE(engine_->drain({})); }

  js::object json(const std::string& target) {
    const web::Answer answer = get(target);
    EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
    return js::parse(answer.body).as_object();
  }

 private:
  TempDir dir_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<web::Server> server_;
};

inline js::object cloud_event(const std::string& id, const std::string& item,
                              const std::string& time, js::object data) {
  return {{"specversion", "1.0"},   {"type", "vn.kip.work.v1"}, {"id", id},
          {"source", kSource},      {"subject", item},          {"time", time},
          {"data", std::move(data)}};
}

// A task with all six clear fields, in progress since Monday 2026-11-16, 08:00; due at `due`.
inline js::object task_event(const std::string& id, const std::string& item,
                             const std::string& due = "2026-12-11T10:00:00Z",
                             const std::string& unit = "van-phong") {
  return cloud_event(id, item, "2026-11-23T01:00:00Z",
                     {{"kind", "WORK_KIND_TASK"},
                      {"status", "WORK_STATUS_IN_PROGRESS"},
                      {"title", "Báo cáo tháng"},
                      {"assignee_id", "cb-vp-01"},
                      {"unit_id", unit},
                      {"authority", "TB 12"},
                      {"expected_result", "báo cáo"},
                      {"received_at", "2026-11-16T01:00:00Z"},
                      {"due_at", due}});
}
constexpr const char* kLateDue = "2026-11-20T10:00:00Z";  // the Friday before
constexpr const char* kSoonDue = "2026-11-23T08:00:00Z";  // today, 15:00

inline std::vector<std::string> ids_of(const js::array& list, std::string_view member) {
  std::vector<std::string> ids;
  for (const js::value& entry : list) ids.emplace_back(entry.at(member).as_string());
  return ids;
}

}  // namespace kip::test
