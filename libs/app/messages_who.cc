#include "app/messages_who.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>
#include <tuple>

namespace kip {
namespace {

struct Tally {
  ToldPerson told;
  std::set<std::string> alerts;
  std::map<LocalDay, std::size_t> by_day;

  void add(const Message& message) {
    if (told.person.empty()) {
      told.person = message.person;
      told.first = message.at;
    }
    if (message.at >= told.last) {
      told.last = message.at;
      told.newest = message;
    }
    if (message.kind == MessageKind::kDigest) {
      ++told.lists;
      return;
    }
    ++told.messages;
    for (const MessageEntry& entry : message.entries) alerts.insert(entry.alert.alert_id);
    told.alerts = alerts.size();
    told.most = std::max(told.most, ++by_day[local_day(message.at)]);
  }
};

}  // namespace

std::vector<ToldPerson> told_by_person(const std::vector<SentMessage>& all, LocalDay since) {
  std::map<std::string, Tally> tallies;
  for (const SentMessage& sent : all) {
    const Message& message = sent.message;
    const bool test = message.kind == MessageKind::kTest;
    if (!test && local_day(message.at) >= since) tallies[message.person].add(message);
  }
  std::vector<ToldPerson> out;
  for (auto& [person, tally] : tallies) out.push_back(std::move(tally.told));
  std::stable_sort(out.begin(), out.end(), [](const ToldPerson& a, const ToldPerson& b) {
    return std::tie(b.messages, b.lists) < std::tie(a.messages, a.lists);
  });
  return out;
}

std::string to_json(const ToldPerson& told, const std::string& role, const std::string& subject) {
  return boost::json::serialize(boost::json::object{{"person", told.person},
                                                    {"role", role},
                                                    {"messages", told.messages},
                                                    {"alerts", told.alerts},
                                                    {"lists", told.lists},
                                                    {"most_a_day", told.most},
                                                    {"first", format_rfc3339(told.first)},
                                                    {"last", format_rfc3339(told.last)},
                                                    {"subject", subject}});
}

}  // namespace kip
