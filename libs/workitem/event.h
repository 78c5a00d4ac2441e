#pragma once
// What a source said of one work item: the domain's own form of the public WorkEvent
// (proto/kip/v1/event.proto), already decoded, checked and stamped by the door. A present field
// replaces what was known, an absent one leaves it. Plain values; owned by whoever holds them; no
// thread, no clock. All instants are cut to whole milliseconds.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/hash.h"
#include "base/time.h"

namespace kip {

// Numbers as in the contract.
enum class Kind : std::uint8_t { kNone = 0, kTask = 1, kDossier = 2, kPetition = 3, kProject = 4 };
inline constexpr int kKindCount = 5;

enum class WorkStatus : std::uint8_t {
  kNone = 0,
  kRegistered = 1,
  kAccepted = 2,
  kInProgress = 3,
  kWaiting = 4,
  kSuspended = 5,
  kCompleted = 6,
  kReturned = 7,
  kRejected = 8,
  kWithdrawn = 9,
  kSubmitted = 10,
  kTransferred = 11,
  kDeclined = 12,
  kVoid = 13,
};
inline constexpr int kStatusCount = 14;

enum class WaitingFor : std::uint8_t { kNone = 0, kSupplement = 1, kPayment = 2, kAgency = 3 };
enum class Channel : std::uint8_t { kNone = 0, kCounter = 1, kOnline = 2, kPost = 3 };

std::string_view kind_word(Kind kind);            // "task", "dossier", ... "none"
std::string_view status_word(WorkStatus status);  // "registered", ...; "none"

struct Step {
  std::string code;
  std::optional<std::string> name;
  std::optional<std::string> assignee_id;
  std::optional<Instant> started_at;
  std::optional<Instant> due_at;
  std::optional<std::string> unit_id;
  std::optional<Instant> completed_at;
  friend bool operator==(const Step&, const Step&) = default;
};

// The fields that a source may say and the fold only carries along: last value wins, `clear`
// forgets.
struct Facts {
  std::optional<std::string> title;
  std::optional<std::string> assignee_id;
  std::optional<std::string> unit_id;
  std::optional<std::string> authority;
  std::optional<std::string> expected_result;
  std::optional<std::uint32_t> progress_percent;
  std::optional<Instant> received_at;
  std::optional<Instant> completed_at;
  std::optional<Instant> submitted_at;
  std::optional<Instant> returned_at;
  std::optional<std::string> procedure_code;
  std::optional<std::string> field;
  std::optional<bool> focus;
  std::optional<Channel> channel;
  std::optional<std::uint32_t> satisfaction;
  std::optional<std::uint32_t> satisfaction_scale;
  std::optional<std::vector<std::string>> depends_on;
  std::optional<std::string> ward_id;
  std::optional<std::vector<std::string>> lists;
  std::optional<std::string> registered_by;
  std::optional<std::vector<std::string>> targets;
  std::optional<std::string> parent_id;
  std::optional<std::string> area_id;
  std::optional<bool> urgent;
  std::optional<bool> digitised;
  std::optional<bool> electronic_result;
  std::optional<bool> fee_due;
  std::optional<bool> paid_online;
  friend bool operator==(const Facts&, const Facts&) = default;
};

struct Event {
  std::string event_id;
  std::string source;
  std::string item_id;
  Kind kind = Kind::kNone;
  Instant occurred_at{};
  std::uint64_t sequence = 0;  // 0 where the source has none
  std::vector<std::string> clear;
  std::vector<std::string> voids;

  std::optional<WorkStatus> status;
  std::optional<Step> step;
  std::optional<WaitingFor> waiting_for;
  std::optional<Instant> due_at;
  Facts facts;

  // Stamped by the door.
  Sha256 content{};  // of the canonical bytes (SEMANTICS 9.20)
  Instant ingested_at{};
  std::vector<std::string> faults;
};

// The total order of an item's events (SEMANTICS 2): equal keys are one event.
struct OrderKey {
  Instant occurred_at{};
  std::uint64_t sequence = 0;
  std::string source;
  std::string event_id;
  Sha256 content{};
  friend auto operator<=>(const OrderKey&, const OrderKey&) = default;
};
OrderKey order_key(const Event& event);
// The same comparisons without making the keys.
inline auto order_of(const Event& e) {
  return std::tie(e.occurred_at, e.sequence, e.source, e.event_id, e.content);
}
inline auto order_of(const OrderKey& k) {
  return std::tie(k.occurred_at, k.sequence, k.source, k.event_id, k.content);
}

}  // namespace kip
