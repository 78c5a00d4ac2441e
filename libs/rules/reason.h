#pragma once
// What is behind an alert: the figures (evidence) and one sentence for the reader, in Vietnamese or
// English. Pure.

#include "rules/evaluate.h"

namespace kip {

std::vector<Evidence> evidence_of(const RuleEntry& entry, const Seen& seen,
                                  const Finding& finding);  // by name
std::string reason_of(const RuleEntry& entry, const Seen& seen, const Finding& finding,
                      Language language);
std::string resolved_reason(AlertCause cause, Language language);
// "11 giờ 14 phút" below two working days, then "3,5 ngày làm việc".
std::string work_text(WorkTime t, Language language);

}  // namespace kip
