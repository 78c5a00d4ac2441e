#include "store/rocks_log.h"

#include <array>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
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
  explicit RocksLog(const std::string& file)
      : rocksdb::Logger(rocksdb::WARN_LEVEL), file_(std::fopen(file.c_str(), "ae")) {
    if (file_ != nullptr) std::setvbuf(file_.get(), nullptr, _IOLBF, BUFSIZ);
  }

  using rocksdb::Logger::Logv;
  // One write a line: stdio keeps lines of several threads apart.
  void Logv(const char* format, va_list arguments) override {
    if (file_ == nullptr) return;
    std::array<char, kLineBytesMax> line{};
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    const std::size_t head = std::strftime(line.data(), line.size(), "%FT%TZ ", &utc);
    std::vsnprintf(line.data() + head, line.size() - head, format, arguments);
    std::fprintf(file_.get(), "%s\n", line.data());
    std::clearerr(file_.get());
  }

 private:
  std::unique_ptr<std::FILE, CloseFile> file_;
};

}  // namespace

std::shared_ptr<rocksdb::Logger> open_rocks_log(const std::string& dir) {
  const fs::path file = fs::path(dir) / "LOG";
  std::error_code ec;
  const std::uintmax_t bytes = fs::file_size(file, ec);
  if (!ec && bytes > kBytesMax) fs::rename(file, fs::path(dir) / "LOG.old", ec);
  return std::make_shared<RocksLog>(file.string());
}

}  // namespace kip
