// kip backup, kip restore: a copy of all data beside a running `up`, and back.

#include "app/backup.h"

#include <cstdio>
#include <memory>

#include "kip/commands.h"

namespace kip {
namespace {

struct BackupFlags {
  std::string data, from, to;
};

// One bar for each part of the work.
class Bars {
 public:
  void tell(std::string_view what, std::uint64_t done, std::uint64_t all) {
    if (what != what_) {
      finish();
      what_ = what;
      bar_ = std::make_unique<ProgressBar>(what_);
      if (all == 0) std::fprintf(stderr, "%s ...\n", what_.c_str());
    }
    if (all > 0) bar_->show(done, all);
  }
  void finish() {
    if (bar_) bar_->finish();
    bar_.reset();
  }

 private:
  std::string what_;
  std::unique_ptr<ProgressBar> bar_;
};

void print(const char* done, const BackupFigures& f) {
  std::printf("%s: %s việc, %s lần cảnh báo\n  state   %s\n", done, grouped(f.audit.items).c_str(),
              grouped(f.audit.alerts).c_str(), f.audit.state_digest.c_str());
}

int run_backup(const BackupFlags& options) {
  Bars bars;
  auto figures = backup(options.data, options.to,
                        [&](auto what, auto done, auto all) { bars.tell(what, done, all); });
  bars.finish();
  if (!figures) return fail_argument(figures.error());
  print("Đã sao lưu", *figures);
  if (figures->audit.differences == 0) return kDone;
  std::fprintf(stderr, "kip: the data has %s differences in itself: see kip audit\n",
               grouped(figures->audit.differences).c_str());
  return kFindings;
}

int run_restore(const BackupFlags& options) {
  Bars bars;
  auto figures = restore(options.from, options.data,
                         [&](auto what, auto done, auto all) { bars.tell(what, done, all); });
  bars.finish();
  if (!figures) return fail_argument(figures.error());
  print("Đã phục hồi, khớp với bản kê", *figures);
  return kDone;
}

}  // namespace

void add_backup(CLI::App& app, int& exit) {
  auto options = std::make_shared<BackupFlags>();
  CLI::App* save = app.add_subcommand("backup", "copy all data, also beside a running `up`");
  save->add_option("--data", options->data, "the data of a ward")->required();
  save->add_option("--to", options->to, "where to: new or empty")->required();
  save->callback([options, &exit] { exit = run_backup(*options); });
  CLI::App* load = app.add_subcommand("restore", "make data of a backup, and check it");
  load->add_option("--from", options->from, "a backup")->required();
  add_data_to_write(*load, options->data)->description("where to: new or empty");
  load->callback([options, &exit] { exit = run_restore(*options); });
}

}  // namespace kip
