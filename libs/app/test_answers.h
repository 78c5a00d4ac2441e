#pragma once
// A ward whose desk has told one head of three items in one message, and the service before it:
// NV-1 and NV-2 are due today at 15:00 and 16:00, NV-3 was due on Friday. The clock stands at
// Monday 2026-11-23, 09:42; nothing is sent. take() lets the desks take the answers.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "app/answer_link.h"
#include "app/notifier.h"
#include "app/test_service.h"
#include "contract/desk_state.h"
#include "store/keys.h"

namespace kip::test {

constexpr const char* kOffice = "kinh-te-ha-tang-do-thi";
constexpr const char* kHead = "tp-kinh-te";

class AnswerTest : public testing::Test {
 protected:
  AnswerTest() : engine_(std::move(*Engine::open(standing_clock(dir_.path()), shipped_policy()))) {
    auto setup = std::make_shared<NotifySetup>();
    setup->rules.group_wait = setup->rules.group_wait_critical = Millis{0};
    setup->rules.public_url = "https://kip.example";
    setup_ = setup;
    EXPECT_TRUE(engine_->start());
    {
      const auto server = web::start(make_routes(*engine_, {}));
      send(*server, "NV-1", kSoonDue);
      send(*server, "NV-2", "2026-11-23T09:00:00Z");
      send(*server, "NV-3", kLateDue);
      server->stop();
    }
    take();
    NotifierOptions options;
    options.data = dir_.path();
    options.logs = engine_->alert_parts();
    options.now = [this] { return engine_->now(); };
    notifier_ = std::move(*Notifier::open(store(), std::move(options), shipped_policy(), setup_));
    server_ = web::start(
        make_routes(*engine_, {.version = "9", .notifier = [this] { return notifier_; }}));
    links_ = std::make_unique<AnswerLinks>(*AnswerLinks::open(dir_.path(), setup_->rules));
    for (const auto& [id, bytes] : rows_of(store(), Table::kMessage)) {
      Message message = *decode_message(bytes);
      if (message.kind == MessageKind::kAlerts && message.person == kHead) message_ = message;
    }
  }
  ~AnswerTest() override {
    server_->stop();
    engine_->stop();
  }

  Store& store() { return engine_->store(); }
  // The desks take what has come and say what is due.
  void take() {
    auto setup = std::make_shared<DeskSetup>();
    setup->policy = shipped_policy();
    setup->rules = setup_->rules;
    setup->channels = [](const Message&) { return std::vector<std::string>{"outbox"}; };
    Desks desks(store(), engine_->alert_parts(), setup);
    ASSERT_TRUE(desks.open());
    for (DeskStep step{.more = true}; step.more;) {
      auto done = desks.step(engine_->now());
      ASSERT_TRUE(done) << done.error().message;
      step = *done;
    }
  }
  std::string path() const { return "/x/" + links_->token_of(message_.id); }
  web::Answer get(const std::string& target) { return web::ask(*server_, "GET", target); }
  web::Answer post(const std::string& form) { return post(path(), form); }
  web::Answer post(const std::string& target, const std::string& form) {
    return web::ask(*server_, "POST", target, "Content-Type: application/x-www-form-urlencoded\r\n",
                    form);
  }
  web::Answer ack(const std::string& alert, const js::object& body) {
    return web::ask(*server_, "POST", "/v1/alerts/" + alert + "/ack",
                    "Content-Type: application/json\r\n", js::serialize(body));
  }
  // What lies in the log of answers.
  std::vector<AnswerNews> written() {
    std::vector<AnswerNews> out;
    for (const auto& [key, value] : rows_of(store(), Table::kAnswer)) {
      EXPECT_EQ(keys::read_pair(value).first, kOffice);
      out.push_back(*decode_answer(keys::read_pair(value).second));
    }
    return out;
  }
  // The key of an item in the form.
  std::string key(const std::string& item) const {
    for (const MessageEntry& entry : message_.entries) {
      if (entry.alert.subject == item) return entry.alert.alert_id;
    }
    return "none";
  }

  TempDir dir_;
  std::unique_ptr<Engine> engine_;
  std::shared_ptr<const NotifySetup> setup_;
  std::shared_ptr<Notifier> notifier_;
  std::unique_ptr<web::Server> server_;
  std::unique_ptr<AnswerLinks> links_;
  Message message_;

 private:
  void send(const web::Server& server, const std::string& item, const std::string& due) {
    const auto answer =
        web::ask(server, "POST", "/v1/events", "Content-Type: application/cloudevents+json\r\n",
                 js::serialize(task_event("e-" + item, item, due, kOffice)));
    EXPECT_EQ(answer.status, 202) << answer.body;
    EXPECT_TRUE(engine_->drain({}));
  }
};

}  // namespace kip::test
