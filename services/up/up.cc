// kip up: the whole service in one process. Start screen, HTTP, alerts as they come; SIGHUP
// reloads, SIGTERM stops in order.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>

#include "app/api.h"
#include "app/crash_point.h"
#include "app/engine.h"
#include "app/feed.h"
#include "app/printable.h"
#include "app/totals.h"
#include "kip/commands.h"
#include "web/server.h"

namespace kip {
namespace {

struct Options {
  CommonOptions common;
  std::string data, http = "127.0.0.1:8080", clock = "wall", until, token_file, feed;
  std::uint32_t shards = 0;
};

// Alerts arrive from the shards' threads; a line is never cut.
class Screen {
 public:
  void alert(const AlertChange& change, const Policy& policy) {
    if (change.change != AlertChangeKind::kRaised && change.change != AlertChangeKind::kLevel)
      return;
    if (is_badge(change.rule)) return;
    const Unit* unit = policy.registry.unit(change.unit_id);
    const std::string place = unit ? unit->short_name : change.unit_id;
    const std::string clock =
        format_vn(change.detected_at).substr(std::string("T2 23/11/2026, ").size());
    line(clock + "  " + (change.rule == RuleId::kOverdue ? "QUÁ HẠN      " : "NGUY CƠ TRỄ  ") +
         padded(place, 14) + padded(printable(change.item_id), 22) + printable(change.reason));
  }
  void line(const std::string& text) {
    const std::scoped_lock lock(mutex_);
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
  }

 private:
  // To a width in letters, not bytes.
  static std::string padded(std::string text, std::size_t width) {
    std::size_t letters = 0;
    for (const char c : text) letters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    for (; letters < width; ++letters) text += ' ';
    return text + "  ";
  }
  std::mutex mutex_;
};

std::string tomorrow(const Policy& policy, Instant now) {
  const LocalDay day = local_day(now) + std::chrono::days{1};
  const bool works = policy.calendars.common().is_working_day(day);
  return works ? "mai làm việc" : "mai nghỉ";
}

void start_screen(Screen& screen, const Engine& engine, const Options& options) {
  const auto policy = engine.policy();
  const Registry& registry = policy->registry;
  const auto count = [](std::size_t n) { return std::to_string(n); };
  screen.line("");
  screen.line("Kịp " KIP_VERSION "   " + registry.ward.name + "   " + format_vn(engine.now()) +
              ", " + tomorrow(*policy, engine.now()));
  screen.line("");
  screen.line("  Cấu hình   " + count(policy->rules.size()) + " quy tắc, " +
              count(registry.procedures.size()) + " thủ tục, " + count(registry.targets.size()) +
              " chỉ tiêu, " + count(registry.units.size()) + " đơn vị");
  screen.line("  Kho        " + options.data + ", còn trống " +
              count(static_cast<std::size_t>(engine.store().free_bytes() >> 30U)) + " GB, " +
              count(engine.shards()) + " phần");
}

bool split_address(const std::string& text, web::ServerOptions& server) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  char* end = nullptr;
  const unsigned long port = std::strtoul(text.c_str() + colon + 1, &end, 10);
  if (end == text.c_str() + colon + 1 || *end != '\0' || port > 65535) return false;
  server.host = text.substr(0, colon);
  server.port = static_cast<std::uint16_t>(port);
  return true;
}

void reload(Engine& engine, const Options& options, Screen& screen) {
  auto policy = load_policy(options.common);
  if (!policy) {
    fail(policy.error());
    screen.line("Cấu hình mới có lỗi: giữ cấu hình cũ.");
    return;
  }
  engine.reload(*policy);
  screen.line("Đã nạp cấu hình mới.");
}

// Waits for signals until it is time to go. A shard that fails wakes it with SIGTERM to this
// process's own thread set.
int wait_for_end(Engine& engine, const Options& options, Screen& screen, const sigset_t& signals) {
  bool told = false;
  for (;;) {
    const timespec second{.tv_sec = 1, .tv_nsec = 0};
    const int signal = sigtimedwait(&signals, nullptr, &second);
    if (const auto failed = engine.failure()) {
      fail(*failed);
      screen.line("Dừng: dữ liệu đã nhận vẫn còn nguyên; chạy lại là tiếp tục.");
      return kFindings;
    }
    if (!told && !engine.catching_up()) {
      if (auto totals = read_totals(engine.store()))
        screen.line("  " + states_sentence(states_of(*totals)));
      told = true;
    }
    if (signal == SIGHUP) reload(engine, options, screen);
    if (signal == SIGTERM || signal == SIGINT) return kDone;
  }
}

int run(const Options& options) {
  int exit = kDone;
  EngineOptions engine_options;
  engine_options.until = parse_until(options.until, exit);
  auto clock = parse_clock(options.clock);
  web::ServerOptions server_options;
  if (!clock || exit != kDone || !split_address(options.http, server_options)) {
    if (!clock) fail(clock.error());
    if (clock && exit == kDone)
      fail(invalid("--http must be HOST:PORT, not '" + options.http + "'"));
    return kUsage;
  }
  // Every thread leaves these to wait_for_end.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  auto policy = load_policy(options.common);
  if (!policy) return fail(policy.error());
  Screen screen;
  Engine* running = nullptr;
  engine_options.data = options.data;
  engine_options.shards = options.shards;
  engine_options.clock = *clock;
  engine_options.calendar = options.common.calendar;
  engine_options.registry = options.common.registry;
  engine_options.at_point = crash_point_from_environment();
  engine_options.on_alert = [&](const AlertChange& change) {
    screen.alert(change, *running->policy());
  };
  auto engine = Engine::open(engine_options, *policy);
  if (!engine) return fail(engine.error());
  running = engine->get();
  start_screen(screen, **engine, options);
  server_options.token_file = options.token_file;
  auto server =
      web::Server::start(server_options, make_routes(**engine, ApiOptions{.version = KIP_VERSION}));
  if (!server) return fail(server.error());
  if (Status started = (*engine)->start(); !started) return fail(started.error());
  const std::string address =
      "http://" + server_options.host + ":" + std::to_string((*server)->port());
  screen.line("  Màn hình   " + address + "/");
  screen.line("  Gửi tin    POST " + address + "/v1/events   (CloudEvents)");
  screen.line("ready " + address + "/");
  std::optional<Feed> feed;
  if (!options.feed.empty()) feed.emplace(**engine, options.feed);
  exit = wait_for_end(**engine, options, screen, signals);
  feed.reset();
  (*server)->stop();
  (*engine)->stop();
  return exit;
}

}  // namespace

void add_up(CLI::App& app, int& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("up", "the whole service in one process");
  add_common(*command, options->common);
  command->add_option("--data", options->data, "folder of the data")->required();
  command->add_option("--http", options->http,
                      "HOST:PORT; port 0: any free one (default 127.0.0.1:8080)");
  command->add_option("--clock", options->clock, "wall, xN, xN@TIME, at:TIME or log");
  command->add_option("--until", options->until, "under --clock log: where time ends");
  command->add_option("--shards", options->shards, "how many, for new data (default 2)");
  command->add_option("--token-file", options->token_file, "who may call; needed beyond loopback");
  command->add_option("--feed", options->feed,
                      "tell these events (JSON lines) when the clock reaches them");
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace kip
