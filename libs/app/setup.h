#pragma once
// What every command shares: the options of the command line, the policy from the config folder,
// the clock.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/data_folder.h"
#include "base/result.h"
#include "contract/door.h"
#include "rules/policy.h"
#include "runtime/shard.h"

namespace kip {

// --clock wall | xN | xN@T | at:T | log
struct ClockSpec {
  enum class Kind : std::uint8_t { kWall, kFast, kAt, kLog };
  Kind kind = Kind::kWall;
  double factor = 1;  // kFast: how many times faster than the wall
  // kAt: the instant that stands; kFast: where it begins (xN@T), none: at the wall's now.
  std::optional<Instant> at;
};
Result<ClockSpec> parse_clock(const std::string& text);
// The given clock as a function of the wall: read once per decision by the caller.
std::function<Instant()> make_clock(const ClockSpec& spec);

struct CommonOptions {
  std::string config;  // folder; empty: the default one
  std::string calendar = "config";
  std::string registry = "config";
  bool json = false;
};

// The default of --config: deploy/config of the checkout that the program stands in, else /etc/kip.
std::string default_config();
// Where `options` says, else the default one.
std::string config_folder(const CommonOptions& options);
// A file of it; none: it is not there.
std::optional<std::string> config_text(const std::string& folder, std::string_view file);
// kInvalid with all of them, one a line.
Error mistakes(const Problems& problems);
// kNotFound: there is no folder of the configuration where `options` says.
Status config_there(const CommonOptions& options);
// --config from the root on, for whoever stands elsewhere; empty stays empty.
std::string whole_path(const std::string& config);
// What the data was last written with; its folder of the configuration where that is there still
// (the data may have come from elsewhere). kNotFound: never written.
Result<CommonOptions> as_written(const Store& store);
// Reads and checks the config folder. On mistakes kInvalid with all of them, one a line; kNotFound
// as above.
Result<std::shared_ptr<const Policy>> load_policy(const CommonOptions& options);
// The same with the mistakes as they are, for `kip check`. kLeftOut: as if there were no
// people.yaml.
enum class People : std::uint8_t { kRead, kLeftOut };
std::shared_ptr<const Policy> load_policy(const CommonOptions& options, Problems& problems,
                                          People people = People::kRead);

DoorOptions door_options(const std::shared_ptr<const Policy>& policy);

// stderr is a terminal: progress bars are drawn.
bool interactive();
class ProgressBar {
 public:
  explicit ProgressBar(std::string label);
  // Draws at most ten times a second. Where no terminal is: a plain line after five seconds, and
  // each further one after twice as long as the one before.
  void show(std::uint64_t done, std::uint64_t all);
  void finish();

 private:
  void draw() const;

  std::string label_;
  bool drawing_ = interactive();
  std::chrono::steady_clock::time_point began_, next_;
  std::uint64_t done_ = 0, all_ = 0;
  bool shown_ = false;
};
std::string grouped(std::uint64_t n);                                 // 82.455
std::string decimal(const std::optional<double>& value, int places);  // 0.784; none: "-"

}  // namespace kip
