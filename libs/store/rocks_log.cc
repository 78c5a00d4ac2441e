#include "store/rocks_log.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <system_error>

namespace kip {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kBytesMax = 1U << 20;
constexpr std::size_t kLineBytesMax = 1'024;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

class RocksLog final : public rocksdb::Logger {
 public:
  explicit RocksLog(const std::string& dir)
      : rocksdb::Logger(rocksdb::WARN_LEVEL), path_(fs::path(dir) / "LOG") {
    open();
  }

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    std::array<char, kLineBytesMax> line{};
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    const std::size_t head = std::strftime(line.data(), line.size(), "%FT%TZ ", &utc);
    std::vsnprintf(line.data() + head, line.size() - head, format, arguments);
    const std::scoped_lock lock(mutex_);
    if (bytes_ > kBytesMax) open();
    if (file_ == nullptr) return;
    const int written = std::fprintf(file_.get(), "%s\n", line.data());
    bytes_ += static_cast<std::uintmax_t>(std::max(written, 0));
    std::clearerr(file_.get());
  }

 private:
  // What is there is gone on with; where it is long, under its other name.
  void open() {
    file_.reset();
    std::error_code ec;
    bytes_ = fs::file_size(path_, ec);
    if (ec) bytes_ = 0;
    if (bytes_ > kBytesMax) {
      fs::rename(path_, fs::path(path_).concat(".old"), ec);
      bytes_ = 0;  // also where it keeps its name: tried again after as much
    }
    file_.reset(std::fopen(path_.c_str(), "ae"));
    if (file_ != nullptr) std::setvbuf(file_.get(), nullptr, _IOLBF, BUFSIZ);
  }

  const fs::path path_;
  std::mutex mutex_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::uintmax_t bytes_ = 0;  // in it
};

}  // namespace

std::shared_ptr<rocksdb::Logger> open_rocks_log(const std::string& dir) {
  return std::make_shared<RocksLog>(dir);
}

}  // namespace kip
