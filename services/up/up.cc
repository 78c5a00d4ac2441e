// kip up: the whole service in one process: the engine, and HTTP before it; embedded, or on Kafka
// in all roles.

#include <cstdio>
#include <memory>
#include <optional>

#include "app/crash_point.h"
#include "app/engine.h"
#include "app/feed.h"
#include "app/notifier.h"
#include "app/wording.h"
#include "kip/bell.h"
#include "kip/serving.h"
#include "up/alert_lines.h"
#include "up/screen.h"
#ifdef KIP_KAFKA
#include "kip/role.h"
#endif

namespace kip {
namespace {

struct UpFlags {
  CommonOptions common;
  ServingArguments serving;
  KafkaArguments kafka;
  std::string data, clock = "wall", until, feed, member;
  std::uint32_t shards = 0, commit_ms = 100;
};

class Up {
 public:
  explicit Up(const UpFlags& options) : options_(options) {}

  // What is wrong with the arguments is said before anything is touched.
  int run() {
    auto server = server_options(options_.serving);
    if (!server) return fail(server.error(), kUsage);
    EngineOptions timing;
    if (const int wrong = set_clock(options_.clock, options_.until, timing)) return wrong;
    auto policy = load_policy(options_.common);
    if (!policy) return fail_input(policy.error());
    const bool on_kafka = !options_.kafka.brokers.empty();
    if (on_kafka) {
      bool reread = false;
      if (const auto left = await_kafka_roles(reread)) return *left;
      if (reread) policy = load_policy(options_.common);
      if (!policy) return fail_input(policy.error());
    }
    auto setup = load_notify(options_.common, **policy);
    if (!setup) return fail_input(setup.error());
    setup_.set(*setup);
    lines_.set_policy(*policy);
    int exit = kDone;
    Status opened = on_kafka ? open_on_kafka(*policy) : open_embedded(std::move(timing), *policy);
    if (opened) opened = begin(std::move(*server));
    if (!opened) {
      const Errc code = opened.error().code;
      const bool cannot = code == Errc::kUnavailable || code == Errc::kCorrupt;
      exit = cannot ? fail(opened.error(), kStopped) : fail_argument(opened.error());
    } else {
      exit = serve_until_end();
    }
    stop();
    if (exit == kDone) std::printf("Đã dừng. Chạy lại là tiếp tục.\n");
    return exit;
  }

 private:
  Status open_embedded(EngineOptions engine_options, const std::shared_ptr<const Policy>& policy) {
    engine_options.data = options_.data;
    engine_options.shards = options_.shards;
    engine_options.config = whole_path(options_.common.config);
    engine_options.calendar = options_.common.calendar;
    engine_options.registry = options_.common.registry;
    engine_options.on_alert = [this](const AlertChange& change) {
      lines_.add(change);
      if (notifier_) notifier_->poke();
    };
    engine_options.at_point = crash_point_from_environment();
    engine_options.records_max = records_max_from_environment();
    engine_options.on_failure = [this](const Error&) { bell_.ring(); };
    auto engine = Engine::open(std::move(engine_options), policy);
    if (!engine) return engine.error();
    Engine& opened = **engine;
    service_ = std::move(*engine);
    return open_notifier(opened, policy);
  }

  // In `log` time is the data's: nobody is told by it.
  Status open_notifier(Engine& engine, const std::shared_ptr<const Policy>& policy) {
    if (engine.clock().kind == ClockSpec::Kind::kLog) return {};
    const auto setup = setup_.get();
    NotifierOptions options;
    options.data = options_.data;
    options.logs = engine.alert_parts();
    options.now = [&engine] { return engine.now(); };
    options.behind = [&engine] { return !engine.started() || engine.catching_up(); };
    options.on_failure = [this] { bell_.ring(); };
    auto words = words_with_link(options_.data, setup->rules);
    if (!words) return words.error();
    options.word = std::move(*words);
    options.counts = [&engine] { return counts_by_unit(engine.store()); };
    options.at_point = crash_point_from_environment();
    auto notifier = Notifier::open(engine.store(), std::move(options), policy, setup);
    if (!notifier) return notifier.error();
    notifier_ = std::move(*notifier);
    notifier_of_ = [this] { return notifier_; };
    reload_messages_ = [this](const Reloaded& loaded) {
      notifier_->reload(loaded.policy, loaded.notify);
    };
    return {};
  }

#ifdef KIP_KAFKA
  // None: Kafka is there, and `on_kafka_` says how to work with it. Else the exit code.
  std::optional<int> await_kafka_roles(bool& reread) {
    RoleArguments role;
    role.roles = {.gateway = true, .ingest = true, .engine = true};
    role.roles.notifier = options_.clock != "log";  // in data's time nobody is told
    role.common = options_.common;
    role.kafka = options_.kafka;
    role.data = options_.data;
    role.clock = options_.clock;
    role.until = options_.until;
    role.member = options_.member;
    role.commit_ms = options_.commit_ms;
    if (const int wrong = role_options(role, on_kafka_)) return wrong;
    return await_roles(on_kafka_, bell_, reread);
  }

  Status open_on_kafka(const std::shared_ptr<const Policy>& policy) {
    on_kafka_.on_alert = [this](const AlertChange& change) { lines_.add(change); };
    on_kafka_.on_end = [this](const Status&) { bell_.ring(); };
    on_kafka_.messages = setup_.get();
    auto service = KafkaService::open(on_kafka_, policy);
    if (!service) return service.error();
    KafkaService& opened = **service;
    if (on_kafka_.roles.notifier) notifier_of_ = [&opened] { return opened.notifier(); };
    reload_messages_ = [&opened](const Reloaded& loaded) { opened.reload_messages(loaded.notify); };
    service_ = std::move(*service);
    return {};
  }
#else
  static std::optional<int> await_kafka_roles(bool&) {
    return fail(invalid("--kafka: this program was built without it"), kUsage);
  }
  Status open_on_kafka(const std::shared_ptr<const Policy>&) {
    return invalid("--kafka: this program was built without it");
  }
#endif

  Status begin(web::ServerOptions server_options) {
    print_head(*service_, options_.common, KIP_VERSION, options_.kafka.brokers);
    // Before the engine: what is served meanwhile says that it is not ready.
    auto serving = serve(std::move(server_options), *service_,
                         {.version = KIP_VERSION, .notifier = notifier_of_, .setup = &setup_});
    if (!serving) return serving.error();
    serving_ = std::move(*serving);
    if (Status started = service_->start(); !started) return started;
    if (notifier_) notifier_->start();
    if (!options_.feed.empty()) feed_.emplace(*service_, options_.feed);
    return {};
  }

  int serve_until_end() {
    ProgressBar bar("xử lý  ");
    bool ready = false;
    for (;;) {
      if (!ready && service_->started() && !service_->catching_up()) {
        bar.finish();
        ready = true;
        if (Status said = say_ready(); !said) return fail(said.error());
      }
      constexpr int kLookMs = 20;  // while catching up
      switch (bell_.wait(ready ? -1 : kLookMs)) {
        case Bell::Ring::kStop:
          return kDone;
        case Bell::Ring::kReload:
          if (const auto loaded = reload(*service_, options_.common)) {
            lines_.set_policy(loaded->policy);
            setup_.set(loaded->notify);
            if (reload_messages_) reload_messages_(*loaded);
          }
          break;
        case Bell::Ring::kEnded:
          fail(failure());
          return kStopped;
        case Bell::Ring::kNothing:
          break;
      }
      if (!ready) {
        const Reach reach = service_->reach();
        if (reach.done < reach.all) bar.show(reach.done, reach.all);
      }
    }
  }

  // Why it cannot go on; systemd starts it anew, and nothing that was taken in is lost.
  Error failure() const {
    if (const auto failure = service_->failure()) return *failure;
    const auto failure = notifier_ ? notifier_->failure() : std::nullopt;
    return failure ? Error{failure->code, "messages: " + failure->message} : unavailable("ended");
  }

  Status say_ready() {
    if (Status printed = print_ready(*service_, serving_.address); !printed) return printed;
    print_urgent(*service_);
    lines_.open();
    return {};
  }

  // What is under way is answered before what answers it goes.
  void stop() {
    feed_.reset();
    if (serving_.server) serving_.server->stop();
    if (notifier_) notifier_->stop();
    if (service_) service_->stop();
    lines_.close();
  }

  const UpFlags& options_;
  Bell bell_;
  AlertLines lines_;
  SharedSetup setup_;
#ifdef KIP_KAFKA
  KafkaServiceOptions on_kafka_;
#endif
  std::unique_ptr<Service> service_;
  std::shared_ptr<Notifier> notifier_;  // embedded
  std::function<std::shared_ptr<Notifier>()> notifier_of_;
  std::function<void(const Reloaded&)> reload_messages_;
  Serving serving_;
  std::optional<Feed> feed_;
};

}  // namespace

void add_up(CLI::App& app, int& exit) {
  auto options = std::make_shared<UpFlags>();
  CLI::App* command = app.add_subcommand("up", "the whole service in one process");
  add_common(*command, options->common);
  command->remove_option(command->get_option("--json"));
  add_data_to_write(*command, options->data);
  add_serving(*command, options->serving, "127.0.0.1:8080");
  command->add_option("--clock", options->clock, "wall, xN, at:TIME or log (default: wall)");
  command->add_option("--until", options->until, "with --clock log: where time ends");
  auto* shards =
      command->add_option("--shards", options->shards, "of new data (default 2); fixed at birth")
          ->check(CLI::Range(1, 64));
  auto* kafka =
      add_kafka(*command, options->kafka)
          ->description("HOST:PORT,...: gateway, ingest, engine and notifier in one process");
  kafka->excludes(shards);
  command->add_option("--member", options->member, "unique in the groups, the same over a restart")
      ->needs(kafka);
  command->add_option("--commit-ms", options->commit_ms, "a commit at most so often (default 100)")
      ->check(CLI::Range(1, 60'000))
      ->needs(kafka);
  command
      ->add_option("--feed", options->feed,
                   "tell these events (JSON lines) when the clock reaches them")
      ->check(CLI::ExistingFile);
  command->callback([options, &exit] { exit = Up(*options).run(); });
}

}  // namespace kip
