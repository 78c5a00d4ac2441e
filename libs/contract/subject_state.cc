#include "contract/subject_state.h"

#include <algorithm>

#include "base/hash.h"
#include "contract/proto_values.h"
#include "kip/v1/alert.pb.h"
#include "kip/v1/subject.pb.h"
#include "rules/settle.h"

namespace kip {
namespace {

constexpr std::uint32_t kPhases = 4;

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
  return out.SerializeAsString();
}

Result<SourceState> decode_source(std::string_view id, std::string_view bytes) {
  v1::StoredSource in;
  SourceState out;
  if (!parse_wire(bytes, in) || in.phase() >= kPhases || !take(in.looked(), out.looked) ||
      !take(in.active(), out.active))
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
  return out;
}

std::string source_alert(SourceState& source, AlertChangeKind change, Instant now,
                         const Policy& policy) {
  const bool resolved = change == AlertChangeKind::kResolved;
  const Registry& registry = policy.registry;
  const Source* known = registry.source(source.id);
  const bool vietnamese = registry.ward.language == Language::kVietnamese;
  if (change == AlertChangeKind::kRaised)
    source.alert_id = alert_id_of("source", source.id, kSourceSilent, source.unit, source.onset);
  v1::AlertEvent e;
  e.set_alert_id(source.alert_id);
  e.set_revision(++source.revision);
  e.set_change(static_cast<v1::AlertChange>(change));
  e.set_level(source.phase == SourcePhase::kLate ? v1::ALERT_LEVEL_NOTICE
                                                 : v1::ALERT_LEVEL_WARNING);
  set_timestamp(change == AlertChangeKind::kRaised ? source.onset : now, *e.mutable_changed_at());
  set_timestamp(now, *e.mutable_detected_at());
  set_timestamp(source.onset, *e.mutable_onset());
  e.set_rule_id(std::string(kSourceSilent));
  e.set_subject_id(source.id);
  e.set_subject(v1::ALERT_SUBJECT_SOURCE);
  e.set_title(known == nullptr ? source.id : known->name);
  e.set_ward_id(std::string(registry.ward_of(source.unit, std::nullopt)));
  e.set_unit_id(source.unit);
  if (resolved) {
    e.set_cause(known == nullptr ? v1::ALERT_CAUSE_RULE_CHANGED : v1::ALERT_CAUSE_CLEARED);
    e.set_reason(vietnamese ? "Nguồn đã gửi lại." : "The source sends again.");
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
