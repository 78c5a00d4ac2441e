#include "app/check.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "app/message_templates.h"
#include "app/notify_setup.h"

namespace kip {
namespace {

namespace fs = std::filesystem;

// What only the files say and no decision reads. They were found right before.
void look_at_calendar(const std::string& dir, std::optional<Instant> at, CheckFigures& f) {
  Problems unread;
  Reader root =
      Reader::parse("calendar.yaml", config_text(dir, "calendar.yaml").value_or(""), unread);
  f.first_year = static_cast<int>(root.integer("first_year", 1976, 2199));
  f.last_year = static_cast<int>(root.integer("last_year", f.first_year, 2199));
  const LocalDay soon = local_day(at.value_or(Instant{}));
  for (Reader& r : root.sections("days")) {
    ++f.days;
    const std::string date = r.text("date");
    const std::size_t verified = r.choice("verified", {"yes", "rule", "no"});
    f.days_from_rule += verified == 1 ? 1 : 0;
    f.days_estimated += verified == 2 ? 1 : 0;
    const auto day = parse_day(date);
    if (at && verified == 2 && day && *day >= soon && *day < soon + std::chrono::days{366}) {
      f.estimated.push_back(date + " " + r.text("name"));
    }
  }
  if (at) {
    const LocalDay year_on = soon + std::chrono::days{365};
    f.years_end_soon = static_cast<int>(std::chrono::year_month_day{year_on}.year()) > f.last_year;
  }
}

void look_at_procedures(const std::string& dir, CheckFigures& f) {
  Problems unread;
  Reader root =
      Reader::parse("procedures.yaml", config_text(dir, "procedures.yaml").value_or(""), unread);
  for (Reader& r : root.sections("procedures")) {
    const std::string source = r.optional_text("source").value_or("");
    f.procedures_unverified += source.find("unverified") == std::string::npos ? 0 : 1;
  }
}

// How messages are told, and the templates with the ward's own units and people in them.
void look_at_messages(const CommonOptions& options, const Policy& policy, std::optional<Instant> at,
                      CheckFigures& f) {
  if (const auto notify = load_notify(options, policy, f.problems)) {
    const auto& channels = notify->channels.channels;
    f.channels = channels.size();
    f.outbox_only = std::all_of(channels.begin(), channels.end(),
                                [](const ChannelOptions& c) { return c.type == "outbox"; });
    f.shadow = notify->rules.shadow;
    for (const Problem& remark : notify->channels.remarks) f.remarks.push_back(to_string(remark));
  }
  Problems said, found;
  check_samples(load_templates(f.dir, said), policy.registry, policy.directory, policy.calendars,
                at.value_or(Instant{}), found);
  for (Problem& problem : found) {
    problem.file = (fs::path(f.dir) / problem.file).string();
    f.problems.push_back(std::move(problem));
  }
}

}  // namespace

CheckFigures check_config(const CommonOptions& options, std::optional<Instant> at) {
  CheckFigures f;
  f.dir = config_folder(options);
  CommonOptions whole = options;
  whole.calendar = "config";  // what `kip up` will read, whatever this run counts by
  const auto read = load_policy(whole, f.problems);
  if (!read) {
    load_templates(f.dir, f.problems);
    return f;
  }
  look_at_messages(whole, *read, at, f);
  f.rules = read->rules.size();
  f.procedures = read->registry.procedures.size();
  f.targets = read->registry.targets.size();
  f.units = read->registry.units.size();
  f.sources = read->registry.sources.size();
  f.people = read->directory.content().people.size();
  f.duty_unit = read->registry.ward.duty_unit;
  f.units_without_anybody = read->directory.units_without_anybody();
  look_at_calendar(f.dir, at, f);
  look_at_procedures(f.dir, f);
  return f;
}

std::vector<std::string> calendar_words(const CheckFigures& f) {
  std::vector<std::string> out;
  if (f.years_end_soon) {
    const std::string last = std::to_string(f.last_year);
    out.push_back("lịch sắp hết: cần thêm năm " + std::to_string(f.last_year + 1) +
                  " vào calendar.yaml; hạn sau năm " + last + " tạm tính theo tuần thường");
  }
  if (!f.estimated.empty()) {
    out.push_back(grouped(f.estimated.size()) +
                  " ngày trong một năm tới còn là ước tính: xem kip check");
  }
  return out;
}

std::vector<std::string> people_words(const CheckFigures& f) {
  if (f.people == 0) return {"chưa có people.yaml: không ai nhận tin nhắn"};
  std::vector<std::string> out = {grouped(f.people) + " người nhận tin   ok"};
  for (const std::string& unit : f.units_without_anybody) {
    out.push_back(unit + ": chưa có trưởng, phó; trực ban (" + f.duty_unit + ") nhận thay");
  }
  out.push_back(grouped(f.channels) + " kênh gửi tin    ok" +
                (f.shadow ? "; chạy thử: mọi tin gửi người vận hành" : ""));
  out.insert(out.end(), f.remarks.begin(), f.remarks.end());
  return out;
}

std::string to_json(const CheckFigures& f) {
  boost::json::array problems;
  for (const Problem& p : f.problems) {
    const boost::json::value line = p.line > 0 ? boost::json::value(p.line) : nullptr;
    problems.push_back(boost::json::object{
        {"file", p.file}, {"line", line}, {"key", p.key}, {"message", p.message}});
  }
  boost::json::object out = {{"problems", problems}};
  if (f.problems.empty()) {
    out["rules"] = f.rules;
    out["procedures"] = f.procedures;
    out["targets"] = f.targets;
    out["units"] = f.units;
    out["sources"] = f.sources;
    out["people"] = f.people;
    out["units_without_anybody"] =
        boost::json::array(f.units_without_anybody.begin(), f.units_without_anybody.end());
    out["channels"] = f.channels;
    out["shadow"] = f.shadow;
    out["remarks"] = boost::json::array(f.remarks.begin(), f.remarks.end());
    out["days"] = f.days;
    out["first_year"] = f.first_year;
    out["last_year"] = f.last_year;
    out["days_from_rule"] = f.days_from_rule;
    out["days_estimated"] = f.days_estimated;
    out["procedures_unverified"] = f.procedures_unverified;
    out["estimated_soon"] = boost::json::array(f.estimated.begin(), f.estimated.end());
    out["years_end_soon"] = f.years_end_soon;
  }
  return boost::json::serialize(out);
}

}  // namespace kip
