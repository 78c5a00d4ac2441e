// kip messages list, kip messages again: what was told to whom and what became of it, also beside a
// running `up`; and a dead one on its way again.

#include <cstdio>
#include <memory>

#include "app/data_folder.h"
#include "app/delivery.h"
#include "app/messages_list.h"
#include "app/printable.h"
#include "kip/commands.h"
#include "store/rocks_store.h"

namespace kip {
namespace {

struct Options {
  std::string data, message, channel;
  bool json = false, dead = false;
};

void print(const SentMessage& sent) {
  const Message& m = sent.message;
  const std::size_t alerts = m.entries.size() + m.digest.open.size() + m.digest.below.size();
  std::printf("%s  %s  %s  %s, %zu cảnh báo\n", m.id.c_str(), format_vn(m.at).c_str(),
              printable(m.person, 40).c_str(),
              m.kind == MessageKind::kDigest ? "bản tin sáng" : "thư báo", alerts);
  for (const DeliveryRecord& d : sent.deliveries) {
    std::printf("    %s: %s, %u lần%s%s\n", printable(d.channel, 40).c_str(),
                std::string(state_word(d.state)).c_str(), d.attempts,
                d.code.empty() ? "" : (", " + d.code).c_str(),
                d.detail.empty() ? "" : (": " + printable(d.detail, 200)).c_str());
  }
}

int run_list(const Options& options) {
  auto data = view_data(options.data);
  if (!data) return fail_input(data.error());
  auto all = list_messages(*data->store);
  if (!all) return fail(all.error());
  for (const SentMessage& sent : *all) {
    if (options.dead && !sent.dead()) continue;
    if (options.json) {
      std::printf("%s\n", message_json(sent).c_str());
    } else {
      print(sent);
    }
  }
  return kDone;
}

int run_again(const Options& options) {
  // Opened for writing it would be made where it is not.
  if (auto there = view_data(options.data); !there) return fail_input(there.error());
  auto store = RocksStore::open(options.data, {});
  if (!store) return fail_input(store.error());
  const Instant now = std::chrono::floor<Millis>(std::chrono::system_clock::now());
  const Status sent = send_again(**store, options.message, options.channel, now);
  if (!sent) return fail_argument(sent.error());
  std::printf("%s: gửi lại khi kip up chạy.\n", options.message.c_str());
  return kDone;
}

}  // namespace

void add_messages(CLI::App& app, int& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* messages = app.add_subcommand(
      "messages", "what was told to whom; in DATA/outbox where no channel is set");
  messages->require_subcommand(1);
  CLI::App* list =
      messages->add_subcommand("list", "number, time, person; by channel: state, attempts, why");
  list->add_option("--data", options->data, "the data of a ward")->required();
  list->add_flag("--json", options->json, "one JSON line each");
  list->add_flag("--dead", options->dead, "only those that no channel has taken");
  list->callback([options, &exit] { exit = run_list(*options); });
  CLI::App* again = messages->add_subcommand(
      "again", "a dead one on its way again: stop `up` first, it sends when it runs");
  again->add_option("--data", options->data, "the data of a ward")->required();
  again->add_option("MESSAGE", options->message, "as `messages list` has it")->required();
  again->add_option("CHANNEL", options->channel, "as channels.yaml names it")->required();
  again->callback([options, &exit] { exit = run_again(*options); });
}

}  // namespace kip
