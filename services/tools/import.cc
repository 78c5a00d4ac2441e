// kip import FILE...: events from files into the data of one ward, as if they had come in one by
// one. Importing the same file again changes nothing.

#include "contract/import.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>

#include "app/crash_point.h"
#include "app/dead.h"
#include "app/engine.h"
#include "app/printable.h"
#include "app/totals.h"
#include "kip/commands.h"
#include "tools/outputs.h"
#include "tools/publish.h"
#include "tools/refused.h"

namespace kip {
namespace {

constexpr std::size_t kChunk = 10'000;

struct ImportFlags {
  CommonOptions common;
  KafkaArguments kafka;
  std::string data, clock = "wall", until, refused;
  std::uint32_t shards = 0;
  std::vector<std::string> files;
  bool brief = false;
};

std::string letter_key(const DeadLetter& letter) {
  const Sha256 hash =
      sha256(letter.refusal.code + '\0' + letter.refusal.field + '\0' + letter.value.value_or(""));
  return {hash.begin(), hash.end()};
}

// What an earlier import of the same rows has left.
Result<std::set<std::string>> known_letters(const Store& store) {
  std::set<std::string> known;
  std::optional<Error> damaged;
  const Status scanned =
      store.scan(Table::kDead, "", "", [&](std::string_view, std::string_view value) {
        auto letter = decode_dead(value);
        if (!letter) {
          damaged = letter.error();
          return false;
        }
        if (letter->channel == "import") known.insert(letter_key(*letter));
        return true;
      });
  if (!scanned) return scanned.error();
  if (damaged) return *damaged;
  return known;
}

Status append_refused(Engine& engine, const ImportedLog& log) {
  auto known = known_letters(engine.store());
  if (!known) return known.error();
  std::vector<DeadLetter> letters;
  const auto flush = [&]() -> Status {
    const Status done = engine.append_dead(letters);
    letters.clear();
    return done;
  };
  for (const RefusedRow& row : log.refused) {
    DeadLetter letter;
    letter.value = row.bytes;
    letter.refusal = row.refusal;
    letter.at = engine.now();
    letter.channel = "import";
    letter.topic = row.file + ":" + std::to_string(row.row);
    if (!known->insert(letter_key(letter)).second) continue;
    letters.push_back(std::move(letter));
    if (letters.size() < kChunk) continue;
    if (Status done = flush(); !done) return done;
  }
  return letters.empty() ? Status{} : flush();
}

Status append_events(Engine& engine, const std::vector<Accepted>& events) {
  ProgressBar bar("ghi    ");
  std::vector<Accepted> chunk;
  for (std::size_t at = 0; at < events.size(); at += chunk.size()) {
    const std::size_t end = std::min(events.size(), at + kChunk);
    chunk.assign(events.begin() + static_cast<std::ptrdiff_t>(at),
                 events.begin() + static_cast<std::ptrdiff_t>(end));
    if (Status done = engine.append(chunk); !done) return done;
    bar.show(end, events.size());
  }
  bar.finish();
  return {};
}

// What became of the rows; of the log that an earlier import had left unread too.
struct Figures {
  std::uint64_t taken = 0, repeats = 0;
  std::uint64_t refused = 0;       // rows, by the door
  std::uint64_t by_shards = 0;     // events, by a shard
  std::uint64_t beyond_until = 0;  // left out
  std::uint64_t unread_before = 0;
  std::uint64_t records = 0, alerts = 0;
  double seconds = 0;

  std::uint64_t events() const { return taken + repeats + by_shards; }  // that the door let in
};

void print_json(const Figures& f) {
  const auto n = [](std::uint64_t count) { return static_cast<unsigned long long>(count); };
  std::printf(
      "{\"events\":%llu,\"taken\":%llu,\"repeats\":%llu,\"refused\":%llu,\"refused_by_shard\":%llu,"
      "\"beyond_until\":%llu,\"unread_before\":%llu,\"records\":%llu,\"alerts\":%llu,"
      "\"seconds\":%.3f}\n",
      n(f.events()), n(f.taken), n(f.repeats), n(f.refused), n(f.by_shards), n(f.beyond_until),
      n(f.unread_before), n(f.records), n(f.alerts), f.seconds);
}

Status print_words(const Store& store, const Figures& f) {
  auto totals = read_totals(store);
  if (!totals) return totals.error();
  auto counted = recount(store);
  if (!counted) return counted.error();
  const bool equal = *totals == *counted;
  std::printf("%s sự kiện: %s nhận, %s trùng, %s bị từ chối%s; %s lần cảnh báo; %.1f giây\n",
              grouped(f.events() + f.refused).c_str(), grouped(f.taken).c_str(),
              grouped(f.repeats).c_str(), grouped(f.refused + f.by_shards).c_str(),
              f.refused + f.by_shards > 0 ? " (xem: kip dead list)" : "", grouped(f.alerts).c_str(),
              f.seconds);
  const auto also = [](std::uint64_t count, const char* words) {
    if (count > 0) std::printf("  %s %s\n", grouped(count).c_str(), words);
  };
  also(f.beyond_until, "dòng sau --until: không nạp");
  also(f.unread_before, "dòng lần nạp trước để lại trong sổ: đã tính ở trên");
  std::printf("%s\n", states_sentence(states_of(*totals)).c_str());
  std::printf("Đối chiếu tổng số với đếm lại từng việc: %s\n", equal ? "khớp" : "KHÔNG KHỚP");
  if (!equal) return corrupt("the totals do not equal a recount of the items: run kip audit");
  return {};
}

// All of it is in the log before the first record is folded: a backlog raises only what is still
// true at its end.
Status take_in(Engine& engine, const ImportedLog& log) {
  const std::uint64_t before = engine.reach().done;  // of an earlier import
  if (Status done = append_refused(engine, log); !done) return done;
  if (Status done = append_events(engine, log.events); !done) return done;
  if (Status done = engine.start(); !done) return done;
  ProgressBar bar("xử lý  ");
  const Status drained = engine.drain([&](std::uint64_t done, std::uint64_t all) {
    bar.show(done - std::min(done, before), all - before);
  });
  bar.finish();
  engine.stop();
  return drained;
}

// The rows up to --until, and how many are after it.
std::uint64_t leave_out_beyond(std::optional<Instant> until, ImportedLog& log) {
  const std::size_t all = log.events.size();
  if (until) std::erase_if(log.events, [&](const Accepted& e) { return e.ingested_at > *until; });
  return all - log.events.size();
}

// Takes `log` in and says what was refused.
Result<Figures> import_into(Engine& engine, ImportedLog& log, Refused& refused) {
  Figures f;
  f.beyond_until = leave_out_beyond(engine.options().until, log);
  const Reach reach = engine.reach();
  f.unread_before = reach.all - reach.done;
  const auto marks = mark_shard_dead(engine.store(), engine.alert_parts());
  if (!marks) return marks.error();
  if (Status done = take_in(engine, log); !done) return done.error();
  for (const auto& [source, count] : engine.sources()) {
    f.taken += count.accepted;
    f.by_shards += count.dead;
  }
  refused.rows(log.refused);
  const Status read = each_shard_dead(engine.store(), *marks, UINT64_MAX,
                                      [&](auto, const auto& letter) { refused.letter(letter); });
  if (!read) return read.error();
  if (Status told = refused.tell(); !told) return told.error();
  const ServiceCounters& counters = engine.counters();
  f.repeats = counters.repeats;
  f.refused = log.refused.size();
  f.records = counters.records;
  f.alerts = counters.alerts;
  return f;
}

int run_import(const ImportFlags& options) {
  EngineOptions engine_options;
  if (const int wrong = set_clock(options.clock, options.until, engine_options)) return wrong;
  const auto began = std::chrono::steady_clock::now();
  const Status fit = check_outputs({{"--refused", options.refused}}, options.files);
  if (!fit) return fail_argument(fit.error());
  Refused refused(options.brief);
  if (Status opened = refused.open(options.refused); !opened) return fail_argument(opened.error());
  auto policy = load_policy(options.common);
  if (!policy) return fail_input(policy.error());
  const bool to_kafka = !options.kafka.brokers.empty();
  if (to_kafka) {
    if (const int left = before_publish(options.kafka)) return left;
  }
  const Door door(door_options(*policy));
  ProgressBar reading("đọc    ");
  auto log = read_logs(options.files, door,
                       [&](std::uint64_t done, std::uint64_t all) { reading.show(done, all); });
  if (!log) return fail_input(log.error());
  reading.finish();
  if (to_kafka) return publish_log(options.kafka, *log, refused);
  engine_options.data = options.data;
  engine_options.shards = options.shards;
  engine_options.config = whole_path(options.common.config);
  engine_options.calendar = options.common.calendar;
  engine_options.registry = options.common.registry;
  engine_options.at_point = crash_point_from_environment();
  engine_options.records_max = records_max_from_environment();
  auto engine = Engine::open(engine_options, *policy);
  if (!engine) return fail_argument(engine.error());
  auto figures = import_into(**engine, *log, refused);
  if (!figures) return fail(figures.error());
  figures->seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (options.common.json) {
    print_json(*figures);
    return kDone;
  }
  if (Status printed = print_words((*engine)->store(), *figures); !printed) {
    return fail(printed.error());
  }
  return kDone;
}

}  // namespace

void add_import(CLI::App& app, int& exit) {
  auto options = std::make_shared<ImportFlags>();
  CLI::App* command = app.add_subcommand("import", "events from files into the data of a ward");
  add_common(*command, options->common);
  CLI::Option_group* where = command->add_option_group("where to");
  add_data_to_write(*where, options->data)->required(false);
  add_kafka(*command, options->kafka, where)->description("HOST:PORT,...: sent to kip.work.v1");
  where->require_option(1);
  command->add_option("FILE", options->files, "CSV or JSON lines, plain or gzip")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--clock", options->clock, "wall, xN, at:TIME or log (default: wall)");
  command->add_option("--until", options->until, "with --clock log: where time ends");
  command->add_option("--shards", options->shards, "of new data (default 2); fixed at birth")
      ->check(CLI::Range(1, 64));
  command->add_flag("--brief", options->brief, "count what is refused, do not list it");
  command->add_option("--refused", options->refused, kRefusedHelp);
  command->callback([options, &exit] { exit = run_import(*options); });
}

}  // namespace kip
