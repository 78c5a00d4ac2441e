// kip dead list, kip dead show: what the door refused, also beside a running `up`.

#include "app/dead.h"

#include <cstdio>
#include <memory>

#include "app/data_folder.h"
#include "app/printable.h"
#include "kip/commands.h"
#include "store/rocks_store.h"

namespace kip {
namespace {

struct DeadFlags {
  std::string data, number;
  bool json = false;
  std::uint64_t limit = 0;
};

std::string shown(const DeadLetter& d) {
  if (const auto event = event_of_letter(d)) return printable(*event, 300);
  return d.value ? printable(*d.value, 100) : "(null)";
}

void print_row(std::uint64_t number, const DeadLetter& d) {
  std::printf("%s  %s  %s  %s  %s\n    %s\n    %s\n", dead_number(number).c_str(),
              format_vn(d.at).c_str(), printable(d.channel, 40).c_str(),
              printable(d.refusal.code, 40).c_str(), printable(d.refusal.field, 60).c_str(),
              printable(d.refusal.reason, 300).c_str(), shown(d).c_str());
}

// None: said why, `exit` is set. An engine on Kafka keeps none.
std::shared_ptr<const Store> letters_in(const std::string& dir, int& exit) {
  auto data = view_data(dir);
  if (!data) {
    exit = fail_input(data.error());
    return nullptr;
  }
  if (data->partitions.empty()) return data->store;
  exit = fail(invalid("--data: of an engine on Kafka; its dead letters are on the topic "
                      "kip.dead.v1"),
              kUsage);
  return nullptr;
}

int run_dead_list(const DeadFlags& options) {
  int exit = kDone;
  const auto data = letters_in(options.data, exit);
  if (!data) return exit;
  auto more = each_dead(*data, options.limit, [&](std::uint64_t number, const DeadLetter& d) {
    if (options.json) {
      std::printf("%s\n", dead_json(number, d).c_str());
    } else {
      print_row(number, d);
    }
  });
  if (!more) return fail(more.error());
  if (*more > 0) std::fprintf(stderr, "… và %s tin nữa (--limit)\n", grouped(*more).c_str());
  return kDone;
}

int run_show(const DeadFlags& options) {
  int exit = kDone;
  const auto data = letters_in(options.data, exit);
  if (!data) return exit;
  auto letter = find_dead(*data, options.number);
  if (!letter) return fail_argument(letter.error());
  if (!letter->value) return fail(not_found("dead letter " + options.number + " was null"));
  std::fwrite(letter->value->data(), 1, letter->value->size(), stdout);
  return kDone;
}

}  // namespace

void add_dead(CLI::App& app, int& exit) {
  auto options = std::make_shared<DeadFlags>();
  CLI::App* dead = app.add_subcommand("dead", "input that the door or a shard refused");
  dead->require_subcommand(1);
  CLI::App* list = dead->add_subcommand(
      "list", "number, time, channel, code, field; why; bytes (channel shard: the event)");
  list->add_option("--data", options->data, "the data of a ward")->required();
  list->add_flag("--json", options->json,
                 "one JSON line each, the value as base64; channel shard: the event too");
  list->add_option("--limit", options->limit, "at most so many (default: all)");
  list->callback([options, &exit] { exit = run_dead_list(*options); });
  CLI::App* show = dead->add_subcommand(
      "show", "the bytes of one, as they came (channel shard: its StampedEvent)");
  show->add_option("--data", options->data, "the data of a ward")->required();
  show->add_option("NUMBER", options->number, "as `dead list` has it")->required();
  show->callback([options, &exit] { exit = run_show(*options); });
}

}  // namespace kip
