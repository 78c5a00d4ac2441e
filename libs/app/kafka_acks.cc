#include "app/kafka_acks.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "app/ack_check.h"
#include "app/notifications.h"
#include "contract/state.h"
#include "messages/text.h"
#include "runtime/desks.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::size_t kAlertsMax = 1'000;  // of an answer

std::string acks_key(std::int32_t partition) { return "acks/" + std::to_string(partition); }

bool is_json(std::string_view value) {
  const auto at = value.find_first_not_of(" \t\r\n");
  return at != std::string_view::npos && value[at] == '{';
}

Refusal refusal(const char* code, std::string field, const std::string& why) {
  const std::string reason = "`" + field + "` " + why;
  return {code, std::move(field), reason};
}

// Its form alone.
MaybeRefusal read(const std::optional<std::string>& value, AnswerNews& into) {
  if (!value) return refusal(code::kMissing, "body", "is null");
  if (is_json(*value)) return read_answer(*value, into);
  auto news = decode_answer(*value);
  if (news) {
    into = std::move(*news);
    return std::nullopt;
  }
  const std::string& said = news.error().message;  // "field: why"
  const std::size_t colon = said.find(": ");
  return refusal(code::kBadAnswer, said.substr(0, colon), said.substr(colon + 2));
}

MaybeRefusal lacks(const AnswerNews& news) {
  if (news.answer.id.empty()) return refusal(code::kMissing, "ack_id", "is required");
  if (news.alert_ids.empty()) return refusal(code::kMissing, "alert_ids", "names no alert");
  if (!is_said(news.answer.at)) return refusal(code::kMissing, "at", "is required");
  if (news.alert_ids.size() > kAlertsMax)
    return refusal(code::kBadAnswer, "alert_ids",
                   "names more than " + std::to_string(kAlertsMax) + " alerts");
  if (!std::all_of(news.alert_ids.begin(), news.alert_ids.end(), is_ack_word))
    return refusal(code::kBadAnswer, "alert_ids", "names what is no id of an alert");
  return std::nullopt;
}

class Taking {
 public:
  Taking(const Store& store, std::uint32_t logs, const Policy& policy, Instant now)
      : store_(store), logs_(logs), policy_(policy), now_(now) {}

  Status begin() {
    auto end = AnswerLog::end(store_);
    if (!end) return end.error();
    number_ = *end;
    Status read;
    const Status scanned =
        store_.scan(Table::kDesk, "", "", [&](std::string_view key, std::string_view value) {
          const auto [unit, alert_id] = keys::read_pair(key);
          if (alert_id.empty()) return true;
          auto alert = decode_desk_alert(value);
          if (!alert) read = alert.error();
          if (alert)
            desks_[std::string(alert_id)].push_back({std::string(unit), *std::move(alert)});
          return read.ok();
        });
    return scanned ? read : scanned;
  }

  // A refusal, or it is in `out`.
  Result<MaybeRefusal> take(const TopicRecord& record) {
    AnswerNews news;
    if (auto refused = read(record.value, news)) return MaybeRefusal(refused);
    if (auto refused = lacks(news)) return MaybeRefusal(refused);
    if (const auto wrong = wrong_fields(news, policy_, now_); !wrong.empty())
      return MaybeRefusal(refusal(code::kBadAnswer, wrong.front().first, wrong.front().second));
    news.answer.plan = plain_text(news.answer.plan);
    std::map<std::string, std::vector<std::string>> by_unit;
    std::size_t fresh = 0;
    for (const std::string& alert_id : news.alert_ids) {
      auto unit = unit_of(alert_id, news.answer.person, record.key);
      if (!unit) return unit.error();
      if (!*unit)
        return MaybeRefusal(refusal(code::kUnknownAlert, "alert_ids",
                                    "names " + in_quotes(alert_id) + ", which was never raised"));
      auto known = answered(store_, alert_id, news.answer.id);
      if (!known) return known.error();
      if (*known || seen_.contains({alert_id, news.answer.id})) continue;
      by_unit[**unit].push_back(alert_id);
      ++fresh;
    }
    for (auto& [unit, ids] : by_unit) {
      for (const std::string& id : ids) seen_.emplace(id, news.answer.id);
      AnswerLog::put(number_++, unit, encode_answer({news.answer, std::move(ids)}), out.batch);
    }
    ++(fresh > 0 ? out.answers : out.repeats);
    return MaybeRefusal();
  }

  TakenAcks out;

 private:
  // The desk that has it, of several the one that the record's key names; of one that is over, the
  // desk that had it. None: nobody knows it.
  Result<std::optional<std::string>> unit_of(const std::string& alert_id, const std::string& person,
                                             const std::string& key) {
    if (const auto at = desks_.find(alert_id); at != desks_.end()) {
      const bool named = std::any_of(at->second.begin(), at->second.end(),
                                     [&](const Standing& desk) { return desk.unit == key; });
      if (named) return std::optional(key);
      return std::optional(desk_for(at->second, policy_.directory.person(person)).unit);
    }
    if (Status read = read_waiting(); !read) return read.error();
    const auto waiting = waiting_->find(alert_id);
    if (waiting != waiting_->end()) return std::optional(waiting->second);
    auto told = notifications_of(store_, {alert_id});
    if (!told) return told.error();
    return told->empty() ? std::nullopt : std::optional(told->back().line.unit);
  }

  // Only where an alert is at no desk: it may be a long log.
  Status read_waiting() {
    if (waiting_) return {};
    auto unread = waiting_alerts(store_, logs_);
    if (!unread) return unread.error();
    waiting_.emplace();
    for (const AlertNews& news : *unread) (*waiting_)[news.facts.alert_id] = news.facts.unit_id;
    return {};
  }

  const Store& store_;
  const std::uint32_t logs_;
  const Policy& policy_;
  const Instant now_;
  std::uint64_t number_ = 0;
  std::map<std::string, std::vector<Standing>> desks_;         // by alert
  std::optional<std::map<std::string, std::string>> waiting_;  // alert -> unit
  std::set<std::pair<std::string, std::string>> seen_;
};

}  // namespace

Result<std::unique_ptr<TopicReader>> open_acks(const KafkaOptions& kafka, const Store& store) {
  const auto from = [&](std::int32_t partition) { return meta_number(store, acks_key(partition)); };
  return TopicReader::open(kafka, kafka.topics.acks, from);
}

Result<TakenAcks> take_acks(std::span<const TopicRecord> records, const Store& store,
                            std::uint32_t logs, const Policy& policy, const std::string& topic,
                            Instant now) {
  Taking taking(store, logs, policy, now);
  if (Status begun = taking.begin(); !begun) return begun.error();
  for (const TopicRecord& record : records) {
    auto refused = taking.take(record);
    if (!refused) return refused.error();
    if (*refused) {
      DeadLetter letter;
      letter.value = record.value;
      letter.key = record.key;
      letter.headers = record.headers;
      letter.refusal = **refused;
      letter.at = now;
      letter.channel = "kafka:" + topic;
      letter.topic = topic;
      taking.out.batch.put(Table::kDead, keys::u64(taking.out.refused++), encode_dead(letter));
    }
    taking.out.batch.put(Table::kMeta, acks_key(record.partition), offset_after(record));
  }
  return std::move(taking.out);
}

}  // namespace kip
