#include "contract/subject_state.h"

#include <algorithm>

#include "base/hash.h"
#include "contract/proto_values.h"
#include "kip/v1/alert.pb.h"
#include "kip/v1/subject.pb.h"
#include "rules/settle.h"

namespace kip {
namespace {

constexpr std::uint32_t kPhases = 4, kLevels = 4;

std::string bytes_of(const std::array<std::uint8_t, SourceState::kHours>& hours) {
  return {hours.begin(), hours.end()};
}

bool take(const std::string& bytes, std::array<std::uint8_t, SourceState::kHours>& hours) {
  if (bytes.size() != hours.size()) return false;
  std::transform(bytes.begin(), bytes.end(), hours.begin(),
                 [](char c) { return static_cast<std::uint8_t>(c); });
  return true;
}

std::string open_reason(const std::string& name, const SourceState& source, bool vietnamese) {
  const bool silent = source.silent();
  if (vietnamese)
    return name + (silent ? " im lặng từ " : " chưa gửi gì từ ") + format_vn(source.until) +
           ", lâu hơn thường lệ: số liệu của nguồn này là của lúc đó.";
  return name + (silent ? " has been silent since " : " has sent nothing since ") +
         format_local(source.until) + ", longer than usual: what it says is of that time.";
}

}  // namespace

std::string encode_source(const SourceState& source) {
  v1::StoredSource out;
  out.set_last_ms(ms_of(source.last));
  out.set_counted(source.counted);
  out.set_looked(bytes_of(source.looked));
  out.set_active(bytes_of(source.active));
  out.set_phase(static_cast<std::uint32_t>(source.phase));
  out.set_until_ms(ms_of(source.until));
  out.set_onset_ms(ms_of(source.onset));
  out.set_back_at_ms(ms_of(source.back_at));
  out.set_old_at_ms(ms_of(source.old_at));
  out.set_unit(source.unit);
  out.set_alert_id(source.alert_id);
  out.set_revision(source.revision);
  out.set_changed_at_ms(ms_of(source.changed_at));
  out.set_level(static_cast<std::uint32_t>(source.level));
  return out.SerializeAsString();
}

Result<SourceState> decode_source(std::string_view id, std::string_view bytes) {
  v1::StoredSource in;
  SourceState out;
  if (!parse_wire(bytes, in) || in.phase() >= kPhases || in.level() >= kLevels ||
      !take(in.looked(), out.looked) || !take(in.active(), out.active))
    return corrupt("stored bytes are no kip.v1.StoredSource");
  out.id = id;
  out.last = instant_of(in.last_ms());
  out.counted = in.counted();
  out.phase = static_cast<SourcePhase>(in.phase());
  out.until = instant_of(in.until_ms());
  out.onset = instant_of(in.onset_ms());
  out.back_at = instant_of(in.back_at_ms());
  out.old_at = instant_of(in.old_at_ms());
  out.unit = in.unit();
  out.alert_id = in.alert_id();
  out.revision = in.revision();
  out.changed_at = instant_of(in.changed_at_ms());
  out.level = static_cast<AlertLevel>(in.level());
  return out;
}

namespace {

// An id that was told before goes on with its revisions.
void count_revision(SourceState& source, AlertChangeKind change, Instant now) {
  if (change == AlertChangeKind::kRaised) {
    std::string id = alert_id_of("source", source.id, kSourceSilent, source.unit, source.onset);
    if (id != source.alert_id) {
      source.revision = 0;
      source.changed_at = kFarPast;
    }
    source.alert_id = std::move(id);
  }
  ++source.revision;
  const Instant changed = change == AlertChangeKind::kRaised ? source.onset : now;
  source.changed_at = std::max(source.changed_at, changed);
  if (change != AlertChangeKind::kResolved) {
    const bool late = source.phase == SourcePhase::kLate;
    source.level = late ? AlertLevel::kNotice : AlertLevel::kWarning;
  }
}

}  // namespace

std::string source_alert(SourceState& source, AlertChangeKind change, Instant now,
                         const Policy& policy) {
  const Registry& registry = policy.registry;
  const Source* known = registry.source(source.id);
  const bool watched = known != nullptr && known->watched;
  const bool vietnamese = registry.ward.language == Language::kVietnamese;
  count_revision(source, change, now);
  v1::AlertEvent e;
  e.set_alert_id(source.alert_id);
  e.set_revision(source.revision);
  e.set_change(static_cast<v1::AlertChange>(change));
  e.set_level(static_cast<v1::AlertLevel>(source.level));
  set_timestamp(source.changed_at, *e.mutable_changed_at());
  set_timestamp(now, *e.mutable_detected_at());
  set_timestamp(source.onset, *e.mutable_onset());
  e.set_rule_id(std::string(kSourceSilent));
  e.set_subject_id(source.id);
  e.set_subject(v1::ALERT_SUBJECT_SOURCE);
  e.set_title(known == nullptr ? source.id : known->name);
  e.set_ward_id(std::string(registry.ward_of(source.unit, std::nullopt)));
  e.set_unit_id(source.unit);
  if (change == AlertChangeKind::kResolved) {
    e.set_cause(watched ? v1::ALERT_CAUSE_CLEARED : v1::ALERT_CAUSE_RULE_CHANGED);
    const char* back = vietnamese ? "Nguồn đã gửi lại." : "The source sends again.";
    const char* gone =
        vietnamese ? "Nguồn này không được theo dõi nữa." : "Nobody asks for this source any more.";
    e.set_reason(watched ? back : gone);
    return e.SerializeAsString();
  }
  e.set_reason(open_reason(e.title(), source, vietnamese));
  v1::Evidence& until = *e.add_evidence();
  until.set_name("data_until");
  set_timestamp(source.until, *until.mutable_at());
  return e.SerializeAsString();
}

std::string encode_silence(const SilenceNews& news) {
  v1::StoredSilence out;
  for (const std::string& source : news.silent) out.add_silent(source);
  for (const std::string& source : news.back) out.add_back(source);
  out.set_cursor(news.cursor);
  return out.SerializeAsString();
}

Result<SilenceNews> decode_silence(std::string_view bytes) {
  v1::StoredSilence in;
  if (!parse_wire(bytes, in)) return corrupt("stored bytes are no kip.v1.StoredSilence");
  SilenceNews out;
  out.silent.insert(in.silent().begin(), in.silent().end());
  out.back.insert(in.back().begin(), in.back().end());
  out.cursor = in.cursor();
  return out;
}

}  // namespace kip
