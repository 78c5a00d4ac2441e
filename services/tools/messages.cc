// kip messages list, who, again: what was told to whom and what became of it, and how much to each
// person, also beside a running `up`; and a dead one on its way again.

#include <cstdio>
#include <memory>

#include "app/data_folder.h"
#include "app/delivery.h"
#include "app/messages_list.h"
#include "app/messages_who.h"
#include "app/printable.h"
#include "app/wording.h"
#include "kip/commands.h"
#include "store/rocks_store.h"

namespace kip {
namespace {

struct MessagesFlags {
  std::string data, config, message, channel, since;
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

int run_messages_list(const MessagesFlags& options) {
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

// The words of the subject are those of the configuration as it is now.
struct Words {
  std::shared_ptr<const Policy> policy;
  std::shared_ptr<const NotifySetup> setup;
  std::string shadow_of;  // in shadow the operator

  std::string role(const std::string& person) const {
    const Person* of = policy == nullptr ? nullptr : policy->directory.person(person);
    return of == nullptr ? "" : of->role;
  }
  std::string subject(const Message& message) const {
    if (setup == nullptr) return "";
    const Person* of = policy->directory.person(message.person);
    return word_delivery(message, of == nullptr ? Person{} : *of, *policy, *setup, {}).subject;
  }
};

Result<Words> words_of(const MessagesFlags& options, const Store& store) {
  auto common = as_written(store);
  if (!common) return common.error();
  if (!options.config.empty()) common->config = options.config;
  auto policy = load_policy(*common);
  if (!policy) return policy.error();
  auto setup = load_notify(*common, **policy);
  if (!setup) return setup.error();
  auto live = std::make_shared<NotifySetup>(**setup);
  live->rules.shadow = false;  // a subject as its reader would see it
  return Words{*policy, live, (*setup)->rules.shadow ? (*setup)->rules.operator_person : ""};
}

void print_who(const ToldPerson& told, const Words& words) {
  const std::string role = words.role(told.person);
  std::printf("%-18s %5zu %5zu %5zu %5zu  %s  %s  %s\n", printable(told.person, 40).c_str(),
              told.messages, told.alerts, told.most, told.lists, format_local(told.first).c_str(),
              format_local(told.last).c_str(), role.c_str());
  const std::string subject = words.subject(told.newest);
  if (!subject.empty()) std::printf("%-18s %s\n", "", printable(subject).c_str());
}

int run_who(const MessagesFlags& options) {
  LocalDay since{};
  if (!options.since.empty()) {
    const auto day = parse_day(options.since);
    if (!day)
      return fail(invalid("--since: '" + options.since + "' is no day: 2026-11-24"), kUsage);
    since = *day;
  }
  auto data = view_data(options.data);
  if (!data) return fail_input(data.error());
  auto all = list_messages(*data->store);
  if (!all) return fail(all.error());
  auto words = words_of(options, *data->store);
  if (!words && !options.config.empty()) return fail_input(words.error());
  if (!words) fail(words.error());  // the figures are there without them
  const Words known = words ? *std::move(words) : Words{};
  if (!options.json && !known.shadow_of.empty())
    std::printf("Đang chạy thử (mode: shadow): mọi tin gửi %s; lẽ ra gửi:\n",
                known.shadow_of.c_str());
  if (!options.json)
    std::printf(
        "người                tin  việc  ngày  sáng  %-16s  %-16s  chức danh; tin mới nhất\n", "từ",
        "đến");
  for (const ToldPerson& told : told_by_person(*all, since)) {
    if (options.json) {
      std::printf("%s\n",
                  to_json(told, known.role(told.person), known.subject(told.newest)).c_str());
    } else {
      print_who(told, known);
    }
  }
  return kDone;
}

int run_again(const MessagesFlags& options) {
  // Opened for writing it would be made where it is not.
  auto there = view_data(options.data);
  if (!there) return fail_input(there.error());
  if (there->on_kafka)
    return fail(invalid("--data " + options.data +
                        " is of kip notifier, and what it is to send stands on Kafka: POST "
                        "/v1/messages/{id}/again?channel=NAME to the one that is ready"),
                kUsage);
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
  auto options = std::make_shared<MessagesFlags>();
  CLI::App* messages = app.add_subcommand(
      "messages", "what was told to whom; in DATA/outbox where no channel is set");
  messages->require_subcommand(1);
  CLI::App* list =
      messages->add_subcommand("list", "number, time, person; by channel: state, attempts, why");
  list->add_option("--data", options->data, "the data of a ward")->required();
  list->add_flag("--json", options->json, "one JSON line each");
  list->add_flag("--dead", options->dead, "only those that no channel has taken");
  list->callback([options, &exit] { exit = run_messages_list(*options); });
  CLI::App* who = messages->add_subcommand(
      "who",
      "by person: messages (tin), alerts in them (việc), most messages in a day (ngày), morning "
      "lists (sáng), first, last, newest subject; in shadow who would have got them");
  who->add_option("--data", options->data, "the data of a ward")->required();
  who->add_option("--since", options->since, "from this day on: 2026-11-24");
  who->add_option("--config", options->config,
                  "folder of the configuration (default: the one that the data was written with)");
  who->add_flag("--json", options->json, "one JSON line each");
  who->callback([options, &exit] { exit = run_who(*options); });
  CLI::App* again = messages->add_subcommand(
      "again", "a dead one on its way again: stop `up` first, it sends when it runs");
  again->add_option("--data", options->data, "the data of a ward")->required();
  again->add_option("MESSAGE", options->message, "as `messages list` has it")->required();
  again->add_option("CHANNEL", options->channel, "as channels.yaml names it")->required();
  again->callback([options, &exit] { exit = run_again(*options); });
}

}  // namespace kip
