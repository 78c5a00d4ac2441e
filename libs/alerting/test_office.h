#pragma once
// A small ward for tests: two offices under a vice chairman for building and a chairman for all
// else, and the Party's own. Working time is the plain office week.

#include "alerting/desk.h"
#include "registry/registry.h"
#include "support/office.h"

namespace kip::test {

class TestOffice {
 public:
  explicit TestOffice(const std::vector<Substitute>& away = {}) {
    for (const auto& [id, kind] : {std::pair{"lanh-dao", "government"},
                                   {"xay-dung", "government"},
                                   {"van-phong", "government"},
                                   {"quay", "government"}})
      registry_.units.push_back({.id = id, .name = id, .short_name = id, .kind = kind, .ward = ""});
    registry_.ward.duty_unit = "van-phong";
    const auto person = [](const char* id, const char* unit) {
      Person p;
      p.id = id;
      p.role = id;
      p.unit = unit;
      p.email = std::string(id).append("@honai.example");
      p.channels = {Way::kEmail};
      return p;
    };
    DirectoryContent content;
    content.people = {person("ct", "lanh-dao"),    person("pct", "lanh-dao"),
                      person("tp-xd", "xay-dung"), person("pp-xd", "xay-dung"),
                      person("cvp", "van-phong"),  person("cb", "xay-dung"),
                      person("tq", "quay")};
    content.posts = {
        {.unit = "lanh-dao", .head = "ct", .deputies = {"pct"}, .substitutes = {}},
        {.unit = "xay-dung", .head = "tp-xd", .deputies = {"pp-xd"}, .substitutes = away},
        {.unit = "van-phong", .head = "cvp", .deputies = {}, .substitutes = {}},
        {.unit = "quay", .head = "tq", .deputies = {}, .substitutes = {}}};
    content.leaders = {{.person = "pct", .by = Charge::kField, .of = "xd"},
                       {.person = "ct", .by = Charge::kDefault, .of = ""}};
    directory_ = Directory(std::move(content), registry_);
  }

  Office office() const { return {directory_, calendars_, rules, silences}; }
  DeskRules rules;
  Silences silences;

 private:
  Registry registry_;
  Directory directory_;
  Calendars calendars_{plain_week()};
};

}  // namespace kip::test
