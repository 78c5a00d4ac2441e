#pragma once
// What `kip import` and `kip replay` say of what was refused: rows of files by the door, events of
// items that are sealed or full by a shard. The first twenty of each on stderr, all of it in the
// file of --refused.

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "contract/import.h"
#include "contract/state.h"

namespace kip {

inline constexpr std::uint64_t kRefusedShownMax = 20;
inline constexpr const char* kRefusedHelp =
    "write what was refused as JSON lines: file, line, code, field, reason";

class Refused {
 public:
  // `brief`: nothing of it on stderr.
  explicit Refused(bool brief = false) : brief_(brief) {}
  // Before anything is read, and after check_outputs() (outputs.h); `path` empty: there is no file.
  // kInvalid: it cannot be written.
  Status open(const std::string& path);
  void rows(const std::vector<RefusedRow>& rows);
  void letter(const DeadLetter& letter);  // one that a shard wrote
  std::uint64_t letters() const { return letters_; }
  // Says the first of it on stderr. kInvalid: the file could not be written whole.
  Status tell();

 private:
  void print() const;
  void print_more(std::uint64_t all) const;

  bool brief_;
  std::string path_;
  std::ofstream file_;
  std::vector<RefusedRow> first_rows_;
  std::vector<DeadLetter> first_letters_;
  std::uint64_t rows_ = 0, letters_ = 0;
};

}  // namespace kip
