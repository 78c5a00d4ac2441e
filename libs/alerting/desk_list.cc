// The morning list of everybody who reads a desk's messages.

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "alerting/desk_parts.h"

namespace kip {
namespace {

constexpr std::chrono::hours kListLate{4};  // it is not sent later than that

class MorningLists {
 public:
  MorningLists(Desk& desk, Instant now, const Office& office, DeskEffects& effects)
      : desk_(desk),
        now_(now),
        directory_(office.directory),
        calendar_(office.calendars.of(desk.unit)),
        rules_(office.rules),
        silences_(office.silences),
        effects_(effects) {}

  Instant run() {
    std::erase_if(desk_.flaps, [this](const auto& flap) {
      return flap.second.back() + rules_.flap_window <= now_;
    });
    std::map<std::string, Recipient> readers;
    const Recipient own = directory_.recipient(desk_.unit, now_);
    if (own.person != nullptr && own.reason != RecipientReason::kDutyOffice)
      readers.emplace(own.person->id, own);
    for (const auto& [id, alert] : desk_.alerts) {
      if (const Person* person = directory_.person(alert.addressee))
        readers.emplace(person->id,
                        Recipient{person, RecipientReason::kSuperior, nullptr, Charge::kNone});
    }
    for (const auto& [id, reader] : readers) morning_list(reader, own.person);
    return next_;
  }

 private:
  void look(Instant at) {
    if (at > now_) next_ = std::min(next_, at);
  }

  void morning_list(const Recipient& reader, const Person* own) {
    const int minute = reader.person->digest_minute;
    Mailbox& box = desk_.mailboxes[reader.person->id];
    LocalDay day = local_day(now_);
    const Instant today = at_minute(day, minute);
    const bool due = calendar_.is_working_day(day) && box.listed_day < day_number(day);
    if (due && now_ < today) return look(today);
    if (due) {
      box.listed_day = day_number(day);
      if (now_ - today <= kListLate) write_list(reader, reader.person == own, box);
    }
    do {
      day += std::chrono::days{1};
    } while (!calendar_.is_working_day(day));
    look(at_minute(day, minute));
  }

  void write_list(const Recipient& reader, bool own, Mailbox& box) {
    Message message;
    DigestFacts& list = message.digest;
    const LocalDay today = local_day(now_);
    for (const auto& [id, alert] : desk_.alerts) {
      const bool below = !alert.from_unit.empty();
      if (below ? alert.addressee != reader.person->id : !own) continue;
      const auto promised = alert.answer ? alert.answer->promised_at : std::nullopt;
      const MessageEntry entry = entry_of(alert, alert.pending.value_or(alert.last), silences_);
      (below ? list.below : list.open).push_back(entry);
      if (promised && local_day(*promised) == today) list.promised.push_back(entry);
    }
    sort_entries(list.open);
    sort_entries(list.below);
    std::sort(list.promised.begin(), list.promised.end(),
              [](const MessageEntry& a, const MessageEntry& b) {
                return std::tie(a.promised_at, a.alert.alert_id) <
                       std::tie(b.promised_at, b.alert.alert_id);
              });
    list.resolved = std::exchange(box.resolved, {});
    message.kind = MessageKind::kDigest;
    message.person = reader.person->id;
    if (reader.on_behalf_of != nullptr) message.on_behalf_of = reader.on_behalf_of->id;
    for (const auto* part : {&list.open, &list.below}) {
      if (!part->empty()) message.level = std::max(message.level, part->front().alert.level);
    }
    say(std::move(message), desk_, now_, effects_);
  }

  Desk& desk_;
  Instant now_;
  const Directory& directory_;
  const Calendar& calendar_;
  const DeskRules& rules_;
  const Silences& silences_;
  DeskEffects& effects_;
  Instant next_ = kFarFuture;
};

}  // namespace

Instant write_morning_lists(Desk& desk, Instant now, const Office& office, DeskEffects& effects) {
  return MorningLists(desk, now, office, effects).run();
}

}  // namespace kip
