// kip up: the whole service in one process: the engine, and HTTP before it.

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>

#include "app/api.h"
#include "app/crash_point.h"
#include "app/engine.h"
#include "app/feed.h"
#include "app/totals.h"
#include "kip/commands.h"
#include "up/alert_lines.h"
#include "up/screen.h"

namespace kip {
namespace {

struct Options {
  CommonOptions common;
  std::string data, http = "127.0.0.1:8080", clock = "wall", until, token_file, feed;
  std::uint32_t shards = 0;
};

// "HOST:PORT", "[::1]:8080"
Result<web::ServerOptions> server_options(const Options& options) {
  web::ServerOptions server;
  const std::size_t colon = options.http.rfind(':');
  const std::string port = colon == std::string::npos ? "" : options.http.substr(colon + 1);
  const bool digits = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || std::stoul(port) > 65535 || colon == 0) {
    return invalid("--http must be HOST:PORT, not '" + options.http + "'");
  }
  server.host = options.http.substr(0, colon);
  if (server.host.starts_with('[') && server.host.ends_with(']')) {
    server.host = server.host.substr(1, server.host.size() - 2);
  }
  server.port = static_cast<std::uint16_t>(std::stoul(port));
  server.token_file = options.token_file;
  if (Status usable = web::Server::check(server); !usable) return usable.error();
  return server;
}

// Signals and the engine's failure as two file descriptors; one thread waits for both.
class Bell {
 public:
  Bell() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
    // Before any thread is made: they all inherit it.
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // whoever reads the alerts may leave
    signals_ = signalfd(-1, &set, SFD_CLOEXEC);
    failed_ = eventfd(0, EFD_CLOEXEC);
    KIP_CHECK(signals_ >= 0 && failed_ >= 0);
  }
  ~Bell() {
    close(signals_);
    close(failed_);
  }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  void ring() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(failed_, &one, sizeof one);
  }

  // A signal; 0: the engine failed; -1: nothing within `ms` (negative: no end).
  int wait(int ms) const {
    pollfd fds[] = {{signals_, POLLIN, 0}, {failed_, POLLIN, 0}};
    if (poll(fds, 2, ms) <= 0) return -1;
    if (fds[1].revents != 0) return 0;
    signalfd_siginfo info{};
    return read(signals_, &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo)
                                                             : -1;
  }

 private:
  int signals_ = -1, failed_ = -1;
};

class Up {
 public:
  explicit Up(const Options& options) : options_(options) {}

  // What is wrong with the arguments is said before anything is touched.
  int run() {
    EngineOptions engine_options;
    if (const int wrong = set_clock(options_.clock, options_.until, engine_options)) return wrong;
    auto server = server_options(options_);
    if (!server) return fail(server.error(), kUsage);
    auto policy = load_policy(options_.common);
    if (!policy) return fail_input(policy.error());
    int exit = kDone;
    if (Status opened = open(std::move(engine_options), std::move(*server), *policy); !opened) {
      const Errc code = opened.error().code;
      const bool cannot = code == Errc::kUnavailable || code == Errc::kCorrupt;
      exit = cannot ? fail(opened.error(), kStopped) : fail_argument(opened.error());
    } else {
      exit = serve();
    }
    stop();
    if (exit == kDone) std::printf("Đã dừng. Chạy lại là tiếp tục.\n");
    return exit;
  }

 private:
  Status open(EngineOptions engine_options, web::ServerOptions server_options,
              const std::shared_ptr<const Policy>& policy) {
    engine_options.data = options_.data;
    engine_options.shards = options_.shards;
    engine_options.config = whole_path(options_.common.config);
    engine_options.calendar = options_.common.calendar;
    engine_options.registry = options_.common.registry;
    engine_options.on_alert = [this](const AlertChange& change) { lines_.add(change); };
    engine_options.at_point = crash_point_from_environment();
    engine_options.on_failure = [this](const Error&) { bell_.ring(); };
    lines_.set_policy(policy);
    auto engine = Engine::open(std::move(engine_options), policy);
    if (!engine) return engine.error();
    engine_ = std::move(*engine);
    print_head(*engine_, options_.common, KIP_VERSION);
    // Before the engine: what is served meanwhile says that it is not ready.
    const std::string host = server_options.host;
    auto server =
        web::Server::start(std::move(server_options), make_routes(*engine_, {KIP_VERSION}));
    if (!server) return server.error();
    server_ = std::move(*server);
    address_ = "http://" + (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" +
               std::to_string(server_->port()) + "/";
    if (Status started = engine_->start(); !started) return started;
    if (!options_.feed.empty()) feed_.emplace(*engine_, options_.feed);
    return {};
  }

  int serve() {
    ProgressBar bar("xử lý  ");
    bool ready = false;
    for (;;) {
      if (!ready && !engine_->catching_up()) {
        bar.finish();
        ready = true;
        if (Status said = say_ready(); !said) return fail(said.error());
      }
      constexpr int kLookMs = 20;  // while catching up
      const int bell = bell_.wait(ready ? -1 : kLookMs);
      if (bell == 0) {
        fail(*engine_->failure());
        return kStopped;
      }
      if (bell == SIGTERM || bell == SIGINT) return kDone;
      if (bell == SIGHUP) reload();
      if (!ready) {
        const Reach reach = engine_->reach();
        if (reach.done < reach.all) bar.show(reach.done, reach.all);
      }
    }
  }

  Status say_ready() {
    if (Status printed = print_ready(*engine_, address_); !printed) return printed;
    lines_.open();
    return {};
  }

  void reload() {
    auto policy = load_policy(options_.common);
    const std::string old = engine_->policy()->digest;
    const Status taken = policy ? engine_->reload(*policy) : Status(policy.error());
    if (!taken) {
      std::printf("Cấu hình mới có lỗi, vẫn dùng cấu hình cũ:\n%s\n",
                  taken.error().message.c_str());
    } else {
      const bool same = (*policy)->digest == old;
      lines_.set_policy(*policy);
      std::printf("Đã nạp lại cấu hình%s.\n", same ? ", không có gì khác" : "");
    }
    std::fflush(stdout);
  }

  // What is under way is answered before what answers it goes.
  void stop() {
    feed_.reset();
    if (server_) server_->stop();
    if (engine_) engine_->stop();
    lines_.close();
  }

  const Options& options_;
  Bell bell_;
  AlertLines lines_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<web::Server> server_;
  std::optional<Feed> feed_;
  std::string address_;
};

}  // namespace

void add_up(CLI::App& app, int& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("up", "the whole service in one process");
  add_common(*command, options->common);
  command->remove_option(command->get_option("--json"));
  add_data_to_write(*command, options->data);
  command->add_option("--http", options->http, "address to serve (default 127.0.0.1:8080)");
  command->add_option("--clock", options->clock, "wall, xN, at:TIME or log (default: wall)");
  command->add_option("--until", options->until, "with --clock log: where time ends");
  command->add_option("--shards", options->shards, "of new data (default 2); fixed at birth")
      ->check(CLI::Range(1, 64));
  command->add_option("--token-file", options->token_file,
                      "lines NAME TOKEN; needed for any address but loopback");
  command
      ->add_option("--feed", options->feed,
                   "tell these events (JSON lines) when the clock reaches them")
      ->check(CLI::ExistingFile);
  command->callback([options, &exit] { exit = Up(*options).run(); });
}

}  // namespace kip
