#include "tools/refused.h"

#include <algorithm>
#include <cstdio>

#include "app/printable.h"
#include "app/refused.h"
#include "app/setup.h"

namespace kip {

Status Refused::open(const std::string& path) {
  path_ = path;
  if (path.empty()) return {};
  file_.open(path, std::ios::binary | std::ios::trunc);
  if (!file_) return invalid("--refused: cannot write '" + path + "'");
  return {};
}

void Refused::rows(const std::vector<RefusedRow>& rows) {
  rows_ += rows.size();
  for (const RefusedRow& row : rows) {
    if (first_rows_.size() < kRefusedShownMax) first_rows_.push_back(row);
    if (file_.is_open()) file_ << refused_json(row) << '\n';
  }
}

void Refused::letter(const DeadLetter& letter) {
  ++letters_;
  if (first_letters_.size() < kRefusedShownMax) first_letters_.push_back(letter);
  if (file_.is_open()) file_ << refused_json(letter) << '\n';
}

void Refused::print_more(std::uint64_t all) const {
  if (all <= kRefusedShownMax) return;
  std::fprintf(stderr, "  … và %s nữa (%s)\n", grouped(all - kRefusedShownMax).c_str(),
               path_.empty() ? "--refused FILE ghi lại tất cả" : printable(path_).c_str());
}

void Refused::print() const {
  if (rows_ + letters_ > 0) {
    std::fprintf(stderr, "%s bị từ chối:\n", grouped(rows_ + letters_).c_str());
  }
  for (const RefusedRow& row : first_rows_) {
    std::fprintf(stderr, "  %s:%llu: %s: %s\n", printable(row.file).c_str(),
                 static_cast<unsigned long long>(row.row), printable(row.refusal.field).c_str(),
                 printable(row.refusal.reason).c_str());
  }
  print_more(rows_);
  for (const DeadLetter& letter : first_letters_) {
    const auto event = letter.value ? decode_stamped(*letter.value) : not_found("");
    std::fprintf(stderr, "  việc %s, sự kiện %s: %s: %s\n", printable(letter.key, 60).c_str(),
                 event ? printable(event->event_id, 60).c_str() : "?",
                 printable(letter.refusal.code).c_str(), printable(letter.refusal.reason).c_str());
  }
  print_more(letters_);
}

Status Refused::tell() {
  if (!brief_) print();
  if (!file_.is_open()) return {};
  file_.close();
  return file_.fail() ? invalid("--refused: '" + path_ + "' could not be written whole") : Status{};
}

}  // namespace kip
