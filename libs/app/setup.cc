#include "app/setup.h"

#include <unistd.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace kip {
namespace fs = std::filesystem;

Result<ClockSpec> parse_clock(const std::string& text) {
  ClockSpec spec;
  if (text == "wall") return spec;
  if (text == "log") {
    spec.kind = ClockSpec::Kind::kLog;
    return spec;
  }
  if (text.starts_with("at:")) {
    auto at = parse_rfc3339(text.substr(3));
    if (!at) return invalid("--clock: " + at.error().message);
    spec.kind = ClockSpec::Kind::kAt;
    spec.at = *at;
    return spec;
  }
  if (text.size() > 1 && text[0] == 'x') {
    const auto mark = text.find('@');
    const std::string number = text.substr(1, mark == std::string::npos ? mark : mark - 1);
    const auto [end, ec] =
        std::from_chars(number.data(), number.data() + number.size(), spec.factor);
    if (ec == std::errc() && end == number.data() + number.size() && spec.factor > 0 &&
        spec.factor <= 1e6) {
      spec.kind = ClockSpec::Kind::kFast;
      if (mark == std::string::npos) return spec;
      auto at = parse_rfc3339(text.substr(mark + 1));
      if (!at) return invalid("--clock: " + at.error().message);
      spec.at = *at;
      return spec;
    }
  }
  return invalid("--clock must be wall, xN (e.g. x60), at:TIME or log, not '" + text + "'");
}

std::function<Instant()> make_clock(const ClockSpec& spec) {
  const auto wall = [] { return std::chrono::floor<Millis>(std::chrono::system_clock::now()); };
  if (spec.kind == ClockSpec::Kind::kAt) return [at = spec.at.value_or(kFarPast)] { return at; };
  if (spec.kind == ClockSpec::Kind::kFast) {
    const Instant began = wall();
    const Instant from = spec.at.value_or(began);
    return [=, factor = spec.factor] {
      const auto passed = static_cast<double>((wall() - began).count());
      return from + Millis{std::llround(passed * factor)};
    };
  }
  return wall;
}

std::string default_config() {
  std::error_code ec;
  fs::path at = fs::read_symlink("/proc/self/exe", ec).parent_path();
  for (int up = 0; up < 4 && !at.empty(); ++up, at = at.parent_path()) {
    if (fs::exists(at / "deploy/config/rules.yaml", ec)) return (at / "deploy/config").string();
  }
  return "/etc/kip";
}

std::string config_folder(const CommonOptions& options) {
  return options.config.empty() ? default_config() : options.config;
}

std::optional<std::string> config_text(const std::string& folder, std::string_view file) {
  std::ifstream in(fs::path(folder) / file, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Error mistakes(const Problems& problems) {
  std::string all;
  for (const Problem& problem : problems) all += (all.empty() ? "" : "\n") + to_string(problem);
  return invalid(all);
}

std::shared_ptr<const Policy> load_policy(const CommonOptions& options, Problems& problems,
                                          People people) {
  const std::string dir = config_folder(options);
  std::map<std::string, std::string> texts;
  std::vector<std::string> files = policy_files();
  if (people == People::kRead) files.emplace_back(kPeopleFile);
  for (const std::string& file : files) {
    if (auto text = config_text(dir, file)) texts[file] = std::move(*text);
  }
  PolicyOptions policy;
  policy.registry_open = options.registry == "open";
  if (options.calendar == "always") policy.calendar = CalendarMode::kAlways;
  if (options.calendar == "weekdays") policy.calendar = CalendarMode::kWeekdays;
  auto read = read_policy(texts, policy, problems);
  for (Problem& problem : problems) problem.file = (fs::path(dir) / problem.file).string();
  return read;
}

std::string whole_path(const std::string& config) {
  std::error_code ec;
  return config.empty() ? "" : fs::absolute(config, ec).lexically_normal().string();
}

Status config_there(const CommonOptions& options) {
  const std::string dir = config_folder(options);
  std::error_code ec;
  if (fs::is_directory(dir, ec)) return {};
  return not_found("--config: there is no folder '" + dir + "'");
}

Result<CommonOptions> as_written(const Store& store) {
  auto stored = stored_options(store);
  if (!stored) return stored.error();
  CommonOptions options;
  options.config = stored->config;
  if (!config_there(options)) options.config.clear();
  options.calendar = stored->calendar;
  options.registry = stored->registry;
  return options;
}

Result<std::shared_ptr<const Policy>> load_policy(const CommonOptions& options) {
  if (Status there = config_there(options); !there) return there.error();
  Problems problems;
  auto policy = load_policy(options, problems);
  if (policy) return policy;
  return mistakes(problems);
}

DoorOptions door_options(const std::shared_ptr<const Policy>& policy) {
  DoorOptions options;
  options.unit_known = [policy](std::string_view unit) {
    return policy->registry.unit_known(unit);
  };
  options.titles_trusted = [policy](std::string_view source) {
    return policy->registry.source_trusted(source);
  };
  options.titles_kept = policy->registry.open;
  return options;
}

bool interactive() { return isatty(STDERR_FILENO) == 1; }

std::string decimal(const std::optional<double>& value, int places) {
  if (!value) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", places, *value);
  return text;
}

std::string grouped(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ".");
  return digits;
}

ProgressBar::ProgressBar(std::string label)
    : label_(std::move(label)),
      began_(std::chrono::steady_clock::now()),
      next_(drawing_ ? began_ : began_ + std::chrono::seconds{5}) {}

void ProgressBar::show(std::uint64_t done, std::uint64_t all) {
  done_ = done;
  all_ = all;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + (drawing_ ? std::chrono::milliseconds{100} : now - began_);
  shown_ = true;
  draw();
}

void ProgressBar::draw() const {
  const auto passed = std::chrono::steady_clock::now() - began_;
  const double seconds = std::chrono::duration<double>(passed).count();
  const double share = all_ == 0 ? 0 : static_cast<double>(done_) / static_cast<double>(all_);
  const auto rate =
      static_cast<std::uint64_t>(seconds > 0 ? static_cast<double>(done_) / seconds : 0);
  const int left = share > 0 ? static_cast<int>(std::lround(seconds / share - seconds)) : 0;
  const int percent = static_cast<int>(share * 100);
  std::string bar(40, '-');
  for (std::size_t i = 0; i < static_cast<std::size_t>(share * 40) && i < bar.size(); ++i)
    bar[i] = '#';
  if (drawing_) {
    std::fprintf(stderr, "\r%s [%s] %3d %%  %s/%s  %s/s  còn %d giây  ", label_.c_str(),
                 bar.c_str(), percent, grouped(done_).c_str(), grouped(all_).c_str(),
                 grouped(rate).c_str(), left);
  } else {
    std::fprintf(stderr, "%s %d %%: %s/%s, %s/s, còn %d giây\n",
                 label_.substr(0, label_.find_last_not_of(' ') + 1).c_str(), percent,
                 grouped(done_).c_str(), grouped(all_).c_str(), grouped(rate).c_str(), left);
  }
  std::fflush(stderr);
}

void ProgressBar::finish() {
  if (!shown_) return;
  done_ = all_;
  draw();
  if (drawing_) std::fprintf(stderr, "\n");
}

}  // namespace kip
