#include "app/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/data_folder.h"
#include "runtime/format.h"

namespace kip {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "backup.json";

Status must_be_new(const std::string& dir) {
  std::error_code ec;
  if (!fs::exists(dir, ec)) return {};
  if (fs::is_directory(dir, ec) && fs::is_empty(dir, ec)) return {};
  return invalid("'" + dir + "' is there already and not empty");
}

Status make_dir(const std::string& dir) {
  std::error_code ec;
  fs::create_directories(dir, ec);
  if (ec) return unavailable("cannot create '" + dir + "': " + ec.message());
  return {};
}

void take_away(const std::string& dir) {
  std::error_code ec;
  fs::remove_all(fs::path(dir) / "db", ec);
  fs::remove(fs::path(dir) / kManifest, ec);
}

std::string manifest_text(const BackupFigures& f) {
  boost::json::array positions;
  for (const std::uint64_t position : f.audit.positions) positions.emplace_back(position);
  const boost::json::object all = {{"format", f.format},
                                   {"shards", f.audit.shards},
                                   {"positions", positions},
                                   {"items", f.audit.items},
                                   {"state_digest", f.audit.state_digest},
                                   {"totals_digest", f.audit.totals_digest},
                                   {"alerts_digest", f.audit.alerts_digest}};
  return boost::json::serialize(all) + "\n";
}

bool sync(const fs::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return synced;
}

// Durable, and whole or not there at all.
Status write_manifest(const fs::path& dir, const std::string& text) {
  const fs::path done = dir / kManifest;
  const fs::path partial = dir / (std::string(kManifest) + ".partial");
  {
    std::ofstream out(partial, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) return unavailable("cannot write '" + partial.string() + "'");
  }
  std::error_code ec;
  if (sync(partial, O_RDONLY)) fs::rename(partial, done, ec);
  if (ec || !fs::exists(done, ec) || !sync(dir, O_RDONLY | O_DIRECTORY)) {
    return unavailable("cannot write '" + done.string() + "'");
  }
  return {};
}

Result<BackupFigures> read_manifest(const std::string& dir) {
  std::ifstream in(fs::path(dir) / kManifest, std::ios::binary);
  if (!in) return not_found("'" + dir + "' holds no whole backup: there is no " + kManifest);
  std::ostringstream text;
  text << in.rdbuf();
  try {
    const boost::json::object all = boost::json::parse(text.str()).as_object();
    BackupFigures f;
    f.format = all.at("format").to_number<std::uint64_t>();
    f.audit.shards = all.at("shards").to_number<std::uint32_t>();
    for (const auto& position : all.at("positions").as_array()) {
      f.audit.positions.push_back(position.to_number<std::uint64_t>());
    }
    f.audit.items = all.at("items").to_number<std::uint64_t>();
    f.audit.state_digest = boost::json::value_to<std::string>(all.at("state_digest"));
    f.audit.totals_digest = boost::json::value_to<std::string>(all.at("totals_digest"));
    f.audit.alerts_digest = boost::json::value_to<std::string>(all.at("alerts_digest"));
    return f;
  } catch (const std::exception& e) {
    return corrupt("'" + dir + "/" + kManifest + "': " + e.what());
  }
}

Result<BackupFigures> figures_of(const Store& store, std::string_view what,
                                 const TellProgress& tell) {
  BackupFigures f;
  auto format = stored_format(store);
  if (!format) return format.error();
  f.format = format->value_or(0);
  AuditOptions options;
  if (tell) {
    options.progress = [&](std::uint64_t done, std::uint64_t all) { tell(what, done, all); };
  }
  auto figures = audit(store, options);
  if (!figures) return figures.error();
  f.audit = std::move(*figures);
  return f;
}

// The first thing that is not as the manifest says; empty: all is.
std::string mismatch(const BackupFigures& was, const BackupFigures& is) {
  if (was.format != is.format) return "format";
  if (was.audit.shards != is.audit.shards) return "shards";
  if (was.audit.positions != is.audit.positions) return "positions";
  if (was.audit.items != is.audit.items) return "items";
  if (was.audit.state_digest != is.audit.state_digest) return "state_digest";
  if (was.audit.totals_digest != is.audit.totals_digest) return "totals_digest";
  if (was.audit.alerts_digest != is.audit.alerts_digest) return "alerts_digest";
  return "";
}

Result<BackupFigures> copied(const std::string& from, const std::string& to,
                             const TellProgress& tell) {
  auto reader = open_data(from);
  if (!reader) return reader.error();
  auto figures = figures_of(**reader, "đọc", tell);
  if (!figures) return figures.error();
  if (Status made = make_dir(to); !made) return made.error();
  if (tell) tell("chép", 0, 0);
  if (Status done = (*reader)->copy_to(to); !done) return done.error();
  return figures;
}

}  // namespace

Result<BackupFigures> backup(const std::string& data, const std::string& to,
                             const TellProgress& tell) {
  if (Status fresh = must_be_new(to); !fresh) return fresh.error();
  auto figures = copied(data, to, tell);
  if (figures) {
    if (Status done = write_manifest(to, manifest_text(*figures)); !done) figures = done.error();
  }
  if (!figures) take_away(to);
  return figures;
}

Result<BackupFigures> restore(const std::string& from, const std::string& data,
                              const TellProgress& tell) {
  if (Status fresh = must_be_new(data); !fresh) return fresh.error();
  auto manifest = read_manifest(from);
  if (!manifest) return manifest.error();
  if (Status readable = check_readable(manifest->format, "the backup"); !readable)
    return readable.error();
  auto source = copied(from, data, tell);
  if (!source) {
    take_away(data);
    return source.error();
  }
  auto reader = open_data(data);
  auto figures =
      reader ? figures_of(**reader, "đối chiếu", tell) : Result<BackupFigures>(reader.error());
  if (figures) {
    const std::string wrong = mismatch(*manifest, *figures);
    if (wrong.empty()) return figures;
    figures = corrupt("'" + from + "' is not what its manifest says: " + wrong + " differs");
  }
  take_away(data);
  return figures;
}

}  // namespace kip
