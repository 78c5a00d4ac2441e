#include "up/alert_lines.h"

#include <cstdio>

#include "app/printable.h"
#include "app/setup.h"

namespace kip {
namespace {

// To `columns` characters of what is shown, at least one space after it.
std::string padded(std::string text, std::size_t columns) {
  std::size_t shown = 0;
  for (const char c : text) shown += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  text.append(shown < columns ? columns - shown : 1, ' ');
  return text;
}

std::string_view word_of_rule(RuleId rule) {
  if (rule == RuleId::kOverdue) return "QUÁ HẠN";
  return makes_at_risk(rule) ? "NGUY CƠ TRỄ" : "ĐỂ BIẾT";
}

std::string unit_text(const AlertChange& change, const Policy& policy) {
  const Unit* unit = policy.registry.unit(change.unit_id);
  if (change.unit_id == kUnassigned) return "chưa rõ";
  return unit && !unit->short_name.empty() ? unit->short_name : printable(change.unit_id, 40);
}

std::string line_of(const AlertChange& change, const Policy& policy) {
  constexpr std::size_t kClock = 5;  // the end of "T2 23/11/2026, 09:42"
  const std::string time = format_vn(change.detected_at);
  return time.substr(time.size() - kClock) + "  " +
         padded(std::string(word_of_rule(change.rule)), 13) +
         padded(unit_text(change, policy), 16) + padded(printable(change.item_id, 60), 24) + " " +
         printable(change.reason);
}

}  // namespace

AlertLines::AlertLines() : writer_([this] { write_loop(); }) {}

AlertLines::~AlertLines() { close(); }

void AlertLines::set_policy(std::shared_ptr<const Policy> policy) {
  const std::scoped_lock lock(mutex_);
  policy_ = std::move(policy);
}

void AlertLines::add(const AlertChange& change) {
  if (change.change != AlertChangeKind::kRaised) return;
  const std::scoped_lock lock(mutex_);
  if (!open_) return;
  if (waiting_.size() >= kWaitingMax) {
    ++dropped_;
    return;
  }
  waiting_.push_back(line_of(change, *policy_));
  wake_.notify_one();
}

void AlertLines::open() {
  const std::scoped_lock lock(mutex_);
  open_ = true;
}

void AlertLines::close() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
    wake_.notify_one();
  }
  if (writer_.joinable()) writer_.join();
}

void AlertLines::write_loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return closing_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::deque<std::string> lines = std::exchange(waiting_, {});
    const std::uint64_t dropped = std::exchange(dropped_, 0);
    lock.unlock();
    for (const std::string& line : lines) std::printf("%s\n", line.c_str());
    if (dropped > 0) std::printf("       … và %s cảnh báo khác\n", grouped(dropped).c_str());
    std::fflush(stdout);
    lock.lock();
  }
}

}  // namespace kip
