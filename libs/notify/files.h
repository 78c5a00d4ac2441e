#pragma once
// Files of this lib: secrets, and what must be there whole or not at all. May block on the disk; no
// state, any thread.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kip {

inline constexpr std::size_t kSecretMax = 4096;  // bytes

// The one line of the file. An error never holds any of it, nor the name of the file: whoever wrote
// the secret itself where the name belongs is not to find it in a log.
Result<std::string> read_secret(const std::string& path);
// Others than owner and group may read it.
bool open_to_others(const std::string& path);
std::optional<std::string> read_file(const std::string& path, std::size_t bytes_max);

// Written beside it, synced, renamed: a repeat takes the place of the first, and a crash leaves the
// old one. Mode 0600.
Status write_whole(const std::string& path, std::string_view bytes);

// One holder among the processes of this machine, until it is destroyed.
class FileLock {
 public:
  static Result<FileLock> take(const std::string& path, std::chrono::milliseconds patience);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace kip
