// oracle_logs FILE...: the oracle against `kip replay` on whole public logs, alert by alert, under
// the always calendar and an open registry. The simulator's items are short and wild; these are
// long and real.

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "app/replay.h"
#include "app/setup.h"
#include "kip/v1/alert.pb.h"
#include "simulation/oracle.h"

namespace kip {
namespace {

std::string told(const v1::AlertEvent& a) {
  const auto ms = [](const google::protobuf::Timestamp& t) {
    return std::to_string(t.seconds() * 1000 + t.nanos() / 1'000'000);
  };
  return a.alert_id() + " #" + std::to_string(a.revision()) + " " +
         v1::AlertChange_Name(a.change()) + " " + v1::AlertLevel_Name(a.level()) + " changed " +
         ms(a.changed_at()) + " onset " + ms(a.onset()) + " " + v1::AlertCause_Name(a.cause()) +
         " " + a.rule_id() + " " + a.unit_id() + " " + a.assignee_id() + " due " + ms(a.due_at()) +
         " " + a.step_code();
}

using ByItem = std::map<std::string, std::vector<std::string>>;

int compare(const ByItem& product, const ByItem& oracle) {
  int differences = 0;
  std::map<std::string, int> ids;
  for (const auto& entry : product) ids[entry.first];
  for (const auto& entry : oracle) ids[entry.first];
  static const std::vector<std::string> kNone;
  for (const auto& [id, unused] : ids) {
    const auto p = product.find(id);
    const auto o = oracle.find(id);
    const auto& a = p == product.end() ? kNone : p->second;
    const auto& b = o == oracle.end() ? kNone : o->second;
    if (a == b) continue;
    if (++differences > 3) continue;
    std::printf("item %s: %zu alerts, the oracle %zu\n", id.c_str(), a.size(), b.size());
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
      if (i < a.size() && i < b.size() && a[i] == b[i]) continue;
      std::printf("  product %s\n  oracle  %s\n", i < a.size() ? a[i].c_str() : "-",
                  i < b.size() ? b[i].c_str() : "-");
      break;
    }
  }
  return differences;
}

// The shipped configuration, but for sealing: the oracle knows no end of an item's history.
std::shared_ptr<const Policy> lasting_policy() {
  std::map<std::string, std::string> texts;
  for (const std::string& name : policy_files()) {
    std::ifstream in(std::string(KIP_SOURCE_DIR "/deploy/config/") + name);
    std::ostringstream text;
    text << in.rdbuf();
    texts[name] = text.str();
  }
  std::string& ward = texts["kip.yaml"];
  const std::string key = "history_days: 400";
  KIP_CHECK(ward.find(key) != std::string::npos);
  ward.replace(ward.find(key), key.size(), "history_days: 36500");
  Problems problems;
  auto policy = read_policy(texts, {CalendarMode::kAlways, true}, problems);
  KIP_CHECK(policy != nullptr);
  return policy;
}

int run(const std::string& file) {
  const auto policy = lasting_policy();
  const Door door(door_options(policy));
  auto log = read_logs({file}, door, [](std::uint64_t, std::uint64_t) {});
  KIP_CHECK(log.ok());
  ByItem product;
  ReplayOptions replay_options;
  std::size_t count = 0;
  replay_options.on_alert = [&](std::string_view json) {
    v1::AlertEvent alert;
    KIP_CHECK(google::protobuf::util::JsonStringToMessage(std::string(json), &alert).ok());
    product[alert.subject_id()].push_back(told(alert));
    ++count;
  };
  KIP_CHECK(replay(*log, policy, replay_options).ok());
  std::vector<v1::StampedEvent> events;
  for (const Accepted& accepted : log->events) {
    events.emplace_back();
    KIP_CHECK(events.back().ParseFromString(accepted.bytes));
  }
  oracle::Config config;
  config.always = true;
  const auto end = events.back().ingested_at();
  ByItem expected;
  const auto end_ms = end.seconds() * 1000 + end.nanos() / 1'000'000;
  for (const auto& [id, alerts] : oracle::run(config, events, end_ms).alerts) {
    for (const auto& alert : alerts) expected[id].push_back(told(alert));
  }
  const int differences = compare(product, expected);
  std::printf("%s: %zu events, %zu alerts, %d items differ\n", file.c_str(), events.size(), count,
              differences);
  return differences == 0 && count > 0 ? 0 : 1;
}

}  // namespace
}  // namespace kip

int main(int argc, char** argv) {
  int failed = 0;
  for (int i = 1; i < argc; ++i) failed |= kip::run(argv[i]);
  if (argc < 2) std::printf("skipped: no log was named\n");
  return argc < 2 ? 77 : failed;
}
