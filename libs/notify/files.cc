#include "notify/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <thread>
#include <utility>

namespace kip {
namespace {

constexpr unsigned kOthers = 07U;
constexpr std::chrono::milliseconds kLook{20};

std::string reason() { return std::strerror(errno); }  // NOLINT(concurrency-mt-unsafe): glibc's is

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = write(descriptor, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

bool sync_folder(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Descriptor open_folder(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return open_folder.number() >= 0 && fsync(open_folder.number()) == 0;
}

}  // namespace

std::optional<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string bytes(bytes_max + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (in.bad()) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.size() > bytes_max) return std::nullopt;
  return bytes;
}

Result<std::string> read_secret(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return not_found("there is no such file");
  if (!S_ISREG(info.st_mode)) return invalid("this is no file");
  auto value = read_file(path, kSecretMax);
  if (!value) {
    return info.st_size > static_cast<off_t>(kSecretMax)
               ? invalid("the file holds more than one secret of at most 4096 bytes")
               : invalid("the file cannot be read by this user");
  }
  if (value->ends_with('\n')) value->pop_back();
  if (value->ends_with('\r')) value->pop_back();
  if (value->empty()) return invalid("the file is empty");
  for (const char c : *value) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return invalid("the file must hold the secret as its one line");
  }
  return *std::move(value);
}

bool open_to_others(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && (info.st_mode & kOthers) != 0;
}

Status write_whole(const std::string& path, std::string_view bytes) {
  // Of one process and thread: two that write the same file do not mix.
  const std::string draft = path + ".new-" + std::to_string(getpid()) + "-" +
                            std::to_string(static_cast<unsigned>(gettid()));
  {
    const Descriptor out(
        open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (out.number() < 0) return unavailable("cannot be written: " + reason());
    if (!write_all(out.number(), bytes) || fsync(out.number()) != 0) {
      const std::string why = reason();
      unlink(draft.c_str());
      return unavailable("cannot be written: " + why);
    }
  }
  if (rename(draft.c_str(), path.c_str()) != 0) {
    const std::string why = reason();
    unlink(draft.c_str());
    return unavailable("cannot be put in its place: " + why);
  }
  if (!sync_folder(path)) return unavailable("its folder cannot be synced: " + reason());
  return {};
}

Result<FileLock> FileLock::take(const std::string& path, std::chrono::milliseconds patience) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return unavailable("cannot be locked: " + reason());
  FileLock lock(descriptor);
  for (auto waited = std::chrono::milliseconds(0);; waited += kLook) {
    if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
    if (waited >= patience) return unavailable("is held by another process");
    std::this_thread::sleep_for(kLook);
  }
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace kip
