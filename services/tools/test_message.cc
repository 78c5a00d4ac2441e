// kip test-message: one message, marked as a test, to whoever receives for a unit now, and what
// each gateway answered. No store is opened: it may run beside `up`.

#include <cstdio>
#include <memory>

#include "app/people.h"
#include "app/printable.h"
#include "app/way_check.h"
#include "kip/commands.h"

namespace kip {
namespace {

struct TestMessageFlags {
  CommonOptions common;
  std::string unit, channel, data, language;
};

const char* outcome_words(SendOutcomeKind kind) {
  switch (kind) {
    case SendOutcomeKind::kDelivered:
      return "đã chuyển";
    case SendOutcomeKind::kTransient:
      return "tạm thời không chuyển được";
    case SendOutcomeKind::kPermanent:
      break;
  }
  return "bị từ chối";
}

void print_reader(const WayCheck& check, const DeskLine& line, bool shadow) {
  const Person& reader = check.reader();
  std::printf("Thư thử cho %s: %s, %s (%s)\n", line.unit.c_str(), line.to.c_str(),
              line.role.c_str(), reason_words(line).c_str());
  if (shadow) {
    std::printf("Đang chạy thử (mode: shadow): gửi %s, %s; %s không nhận\n", reader.id.c_str(),
                reader.role.c_str(), line.to.c_str());
  }
  std::fflush(stdout);
}

// Says on stderr that a gateway lets us wait: each second where somebody looks, else after 5
// seconds, after 10, 20, ...
class Patience {
 public:
  explicit Patience(const ChannelOptions& channel)
      : name_(printable(channel.name, 40)), most_(channel.reach.timeout.count() / 1000) {}

  void wait(std::chrono::milliseconds passed) {
    if (passed < next_) return;
    next_ = looked_at_ ? next_ + std::chrono::seconds{1} : 2 * next_;
    std::fprintf(stderr, "%s  %s: chờ trả lời, %lld/%lld giây%s", looked_at_ ? "\r" : "",
                 name_.c_str(), static_cast<long long>(passed.count() / 1000),
                 static_cast<long long>(most_), looked_at_ ? "" : "\n");
    std::fflush(stderr);
    said_ = true;
  }
  void end() const {
    if (said_ && looked_at_) std::fprintf(stderr, "\r\033[K");
  }

 private:
  std::string name_;
  std::int64_t most_;
  bool looked_at_ = interactive(), said_ = false;
  std::chrono::milliseconds next_{looked_at_ ? 1000 : 5000};
};

bool try_way(const WayCheck& check, const WayCheck::Way& way) {
  Patience patience(*way.channel);
  const SendOutcome outcome =
      check.send(way, [&](std::chrono::milliseconds passed) { patience.wait(passed); });
  patience.end();
  const std::string address = way.address.empty() ? "không có địa chỉ" : printable(way.address);
  std::printf("  %s  %s: %s, %s: %s\n", printable(way.channel->name, 40).c_str(), address.c_str(),
              outcome_words(outcome.kind), printable(outcome.code, 40).c_str(),
              printable(outcome.detail, 200).c_str());
  std::fflush(stdout);
  return outcome.kind == SendOutcomeKind::kDelivered;
}

int run_test_message(const TestMessageFlags& options) {
  auto policy = load_policy(options.common);
  if (!policy) return fail_input(policy.error());
  auto setup = load_notify(options.common, **policy);
  if (!setup) return fail_input(setup.error());
  WayCheckOptions what;
  what.unit = options.unit;
  what.channel = options.channel;
  what.data = options.data;
  if (!options.language.empty())
    what.language = options.language == "en" ? Language::kEnglish : Language::kVietnamese;
  what.at = std::chrono::floor<Millis>(std::chrono::system_clock::now());
  auto check = WayCheck::make(**policy, **setup, what);
  if (!check) return fail_argument(check.error());
  print_reader(*check, desk_line(**policy, options.unit, what.at), (*setup)->rules.shadow);
  bool all = true;
  for (const WayCheck::Way& way : check->ways()) all = try_way(*check, way) && all;
  return all ? kDone : kFindings;
}

}  // namespace

void add_test_message(CLI::App& app, int& exit) {
  auto options = std::make_shared<TestMessageFlags>();
  CLI::App* command = app.add_subcommand(
      "test-message",
      "one message, marked as a test, to whoever receives for a unit now, by each of that person's "
      "channels; 1: one of them has not taken it");
  command->add_option("UNIT", options->unit, "as units.yaml names it")->required();
  command->add_option("--config", options->common.config, "folder of the configuration");
  command
      ->add_option("--data", options->data, "the data of a ward, for a channel that is an outbox")
      ->check(CLI::ExistingDirectory);
  command->add_option("--channel", options->channel, "this one alone, as channels.yaml names it");
  command->add_option("--lang", options->language, "vi or en (default: the reader's)")
      ->check(CLI::IsMember({"vi", "en"}));
  command->callback([options, &exit] { exit = run_test_message(*options); });
}

}  // namespace kip
