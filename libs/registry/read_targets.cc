// The parser of targets.yaml.

#include <set>

#include "registry/read_parts.h"

namespace kip {

void read_targets(Reader root, Registry& registry) {
  read_version(root);
  Reader program = root.section("program");
  read_day(program, "start");
  read_day(program, "end");
  program.integer("days", 1, 10000);
  program.integer("maintain_until", 2000, 2200);
  program.done();
  std::set<std::string> met;
  for (Reader& r : root.sections("targets")) {
    Target t{
        .id = read_id(r, "id", met), .text = r.text("text"), .unit = r.text("unit"), .value = {}};
    for (const char* key : {"section", "metric", "covered_by"}) r.text(key);
    read_unit(r, "owner", registry);
    r.choice("kind", {"ratio", "obligation"});
    r.choice("op", {">=", ">", "==", "report", "exists", "monitor", "pace"});
    t.value = r.optional_number("value", -1e18, 1e18);
    r.optional_list("data_needed");
    read_day(r, "due");
    r.optional_text("baseline");
    r.optional_text("note");
    r.done();
    registry.targets.push_back(std::move(t));
  }
  for (Reader& r : root.optional_sections("phases")) {
    r.integer("id", 1, 100);
    r.text("name");
    read_optional_day(r, "start");
    r.text("end");
    r.optional_list("products");
    r.optional_text("note");
    r.done();
  }
  for (Reader& r : root.optional_sections("reports")) {
    for (const char* key : {"id", "basis", "content"}) r.text(key);
    read_unit(r, "author", registry);
    r.optional_list("every");
    r.optional_list("phases");
    r.optional_list("to");
    read_optional_day(r, "due");
    r.done();
  }
  for (Reader& r : root.optional_sections("leads")) {
    r.text("part");
    r.text("topic");
    for (const std::string& id : r.optional_list("units").value_or(std::vector<std::string>{})) {
      judge_unit(r, "units", id, registry);
    }
    r.done();
  }
  root.done();
}

}  // namespace kip
