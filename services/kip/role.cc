#include "kip/role.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "app/crash_point.h"
#include "app/engine_options.h"
#include "kip/kafka.h"

namespace kip {

void add_role(CLI::App& command, RoleArguments& arguments, const std::string& group) {
  arguments.group = group;
  add_common(command, arguments.common);
  command.remove_option(command.get_option("--json"));
  add_kafka(command, arguments.kafka)->required();
  command.add_option("--clock", arguments.clock, "wall, xN, at:TIME or log (default: wall)");
  if (!group.empty()) {
    command.add_option("--group", arguments.group, "consumer group (default " + group + ")");
    command.add_option("--member", arguments.member,
                       "unique in the group, the same over a restart");
  }
}

void add_shards_on_kafka(CLI::App& command, RoleArguments& arguments) {
  command.add_option("--until", arguments.until, "with --clock log: where time ends");
  command.add_option("--commit-ms", arguments.commit_ms, "a commit at most so often (default 100)")
      ->check(CLI::Range(1, 60'000));
}

int role_options(const RoleArguments& arguments, KafkaServiceOptions& options) {
  EngineOptions timing;
  if (const int wrong = set_clock(arguments.clock, arguments.until, timing)) return wrong;
  int exit = kDone;
  auto kafka = kafka_options(arguments.kafka, exit);
  if (!kafka) return exit;
  options.kafka = std::move(*kafka);
  options.roles = arguments.roles;
  options.data = arguments.data;
  if (!arguments.group.empty()) {
    std::string& of_role = arguments.roles.engine     ? options.engine_group
                           : arguments.roles.notifier ? options.notifier_group
                                                      : options.ingest_group;
    of_role = arguments.group;
  }
  options.member = arguments.member;
  options.clock = timing.clock;
  options.until = timing.until;
  options.decides = {whole_path(arguments.common.config), arguments.common.calendar,
                     arguments.common.registry};
  options.commit_interval = std::chrono::milliseconds{arguments.commit_ms};
  options.drain = arguments.drain;
  options.on_warning = [](const std::string& what) {
    std::fprintf(stderr, "kip: %s\n", what.c_str());
  };
  options.at_point = crash_point_from_environment();
  options.records_max = records_max_from_environment();
  return kDone;
}

std::optional<int> await_roles(const KafkaServiceOptions& options, const Bell& bell, bool& reread) {
  const TopicNames& names = options.kafka.topics;
  const auto add = [](std::vector<std::string>& to, const std::vector<std::string>& more) {
    for (const std::string& name : more) {
      if (std::find(to.begin(), to.end(), name) == to.end()) to.push_back(name);
    }
  };
  Reaching reaching;
  reaching.group = options.roles.engine ? options.engine_group : options.ingest_group;
  if (options.roles.gateway) add(reaching.topics, {names.events, names.dead});
  if (options.roles.ingest) {
    reaching.reads = {names.work, names.indicators};
    add(reaching.topics, {names.work, names.indicators, names.events, names.dead});
  }
  if (options.roles.notifier) {
    if (!options.roles.engine) reaching.group = options.notifier_group;
    const std::vector<std::string> reads = {names.alerts, names.acks, names.desks, names.items,
                                            names.sources};
    add(reaching.reads, reads);
    add(reaching.topics, reads);
    add(reaching.topics, {names.dead, names.work, names.indicators, names.events});
  }
  if (options.roles.engine) {
    const std::vector<std::string> reads = {names.events, names.changelog, names.alerts,
                                            names.links};
    add(reaching.reads, reads);
    add(reaching.topics, reads);
    add(reaching.topics, {names.items, names.dead, names.sources});
  }
  bool stop = false;
  reaching.stopped = [&] {
    const Bell::Ring ring = stop ? Bell::Ring::kStop : bell.wait(0);
    reread = reread || ring == Bell::Ring::kReload;
    return stop = ring == Bell::Ring::kStop;
  };
  const int left = await_kafka(options.kafka, reaching);
  if (left == kDone && !stop) return std::nullopt;
  return left;
}

namespace {

class RoleRun {
 public:
  explicit RoleRun(const RoleArguments& arguments) : arguments_(arguments) {}

  int run() {
    KafkaServiceOptions options;
    if (const int wrong = role_options(arguments_, options)) return wrong;
    std::optional<web::ServerOptions> server;
    if (!arguments_.serving.http.empty()) {
      auto usable = server_options(arguments_.serving);
      if (!usable) return fail(usable.error(), kUsage);
      server = std::move(*usable);
    }
    auto policy = load_policy(arguments_.common);
    if (!policy) return fail_input(policy.error());
    bool reread = false;
    if (const auto left = await_roles(options, bell_, reread)) return *left;
    if (reread) policy = load_policy(arguments_.common);
    if (!policy) return fail_input(policy.error());
    auto setup = load_notify(arguments_.common, **policy);
    if (!setup) return fail_input(setup.error());
    setup_.set(*setup);
    options.messages = *setup;
    options.on_end = [this](const Status&) { bell_.ring(); };
    auto service = KafkaService::open(std::move(options), *policy);
    if (!service) {
      const bool usage = service.error().code == Errc::kInvalid;
      return fail(service.error(), usage ? kUsage : kStopped);
    }
    service_ = std::move(*service);
    const int exit = serve_until_end(std::move(server));
    if (serving_.server) serving_.server->stop();
    service_->stop();
    say_figures();
    return exit;
  }

 private:
  int serve_until_end(std::optional<web::ServerOptions> server) {
    if (server) {
      ApiOptions api{.version = KIP_VERSION,
                     .intake = arguments_.roles.gateway,
                     .items = arguments_.roles.engine,
                     .messages = arguments_.roles.engine || arguments_.roles.notifier,
                     .setup = &setup_};
      if (arguments_.roles.notifier) api.notifier = [this] { return service_->notifier(); };
      auto serving = serve(std::move(*server), *service_, api);
      if (!serving) return fail(serving.error(), kStopped);
      serving_ = std::move(*serving);
    }
    if (Status started = service_->start(); !started) return fail(started.error(), kStopped);
    if (serving_.server) {
      std::printf("ready %s\n", serving_.address.c_str());
      std::fflush(stdout);
    }
    for (;;) {
      switch (bell_.wait(-1)) {
        case Bell::Ring::kStop:
          return kDone;
        case Bell::Ring::kReload:
          if (const auto loaded = reload(*service_, arguments_.common)) {
            setup_.set(loaded->notify);
            service_->reload_messages(loaded->notify);
          }
          break;
        case Bell::Ring::kEnded:
          if (const auto failure = service_->failure()) return fail(*failure, kStopped);
          return kDone;
        case Bell::Ring::kNothing:
          break;
      }
    }
  }

  void say_figures() const {
    const ServiceCounters& c = service_->counters();
    if (arguments_.roles.engine) {
      std::printf("%s bản ghi, %s lần cảnh báo\n", grouped(c.records).c_str(),
                  grouped(c.alerts).c_str());
    } else if (!arguments_.roles.notifier) {
      std::printf("%s nhận, %s từ chối\n", grouped(c.accepted).c_str(), grouped(c.refused).c_str());
    }
  }

  const RoleArguments& arguments_;
  Bell bell_;
  SharedSetup setup_;
  std::unique_ptr<KafkaService> service_;
  Serving serving_;
};

}  // namespace

int run_role(const RoleArguments& arguments) { return RoleRun(arguments).run(); }

}  // namespace kip
