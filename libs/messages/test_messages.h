#pragma once
// Messages of the tests: the ward as shipped, Monday 23/11/2026, 09:40, the day before a holiday
// (the figures of design/ui/email.html), in a world whose times are the test's.

#include <gtest/gtest.h>

#include "messages/wording.h"
#include "rules/policy.h"
#include "support/files.h"
#include "support/office.h"

namespace kip::test {

inline const Policy& ward() {
  static const std::shared_ptr<const Policy> kPolicy = [] {
    std::map<std::string, std::string> texts;
    for (const std::string& file : policy_files()) texts[file] = shipped(file);
    texts[std::string(kPeopleFile)] = shipped(std::string(kPeopleFile));
    Problems problems;
    auto read = read_policy(texts, {}, problems);
    for (const Problem& p : problems) ADD_FAILURE() << to_string(p);
    return read;
  }();
  return *kPolicy;
}

inline const std::string kDesk = "kinh-te-ha-tang-do-thi";

inline Message to_head(MessageKind kind = MessageKind::kAlerts) {
  Message m;
  m.kind = kind;
  m.desk = kDesk;
  m.person = "tp-kinh-te";
  m.at = vn("2026-11-23 09:40");
  m.level = AlertLevel::kWarning;
  return m;
}

inline AlertFacts alert(const std::string& subject, RuleId rule, Kind kind) {
  AlertFacts a;
  a.alert_id = subject + std::string(rule_name(rule));
  a.revision = 1;
  a.subject = subject;
  a.rule = rule_name(rule);
  a.kind = kind;
  a.level = rule == RuleId::kOverdue ? AlertLevel::kCritical : AlertLevel::kWarning;
  a.unit_id = kDesk;
  return a;
}

inline AlertFacts dossier(const std::string& subject, RuleId rule, std::string_view due) {
  AlertFacts a = alert(subject, rule, Kind::kDossier);
  a.procedure_code = "1.013225";
  a.field = "Hoạt động xây dựng";
  a.due_at = vn(due);
  a.allowed = work_hours(112);
  return a;
}

inline MessageEntry because(AlertFacts facts, Why why = Why::kFirst) {
  MessageEntry e;
  e.alert = std::move(facts);
  e.why = why;
  return e;
}

inline Wording wording() {
  static const Templates kShipped;
  Wording w{ward().registry, ward().directory, ward().calendars, kShipped};
  w.base_url = "https://kip.honai.example";
  w.link = "https://kip.honai.example/x/7Q2M";
  w.link_until = vn("2026-11-25 17:00");
  w.data_as_of = vn("2026-11-23 09:39");
  w.day_names = day_names(shipped("calendar.yaml"));
  return w;
}

}  // namespace kip::test
