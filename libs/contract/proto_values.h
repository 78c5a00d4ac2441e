#pragma once
// The contract's times and enums as the domain's values and back. Numbers are the same on both
// sides, which is asserted here once. Pure functions; UNSPECIFIED is kNone.

#include <google/protobuf/timestamp.pb.h>

#include <climits>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "kip/v1/event.pb.h"
#include "workitem/event.h"

namespace kip {

// False: the bytes are no such message.
template <typename Message>
bool parse_wire(std::string_view bytes, Message& into) {
  return bytes.size() <= INT_MAX &&
         into.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

// Cut to whole milliseconds, downwards; what no instant can hold becomes a far one.
Instant instant_of(const google::protobuf::Timestamp& time);
void set_timestamp(Instant at, google::protobuf::Timestamp& time);
google::protobuf::Timestamp timestamp_of(Instant at);

// RFC 3339 with any offset, nanoseconds kept. False: no such time.
bool parse_timestamp(std::string_view text, google::protobuf::Timestamp& time);

constexpr Kind from_proto(v1::WorkKind kind) { return static_cast<Kind>(kind); }
constexpr WorkStatus from_proto(v1::WorkStatus status) { return static_cast<WorkStatus>(status); }
constexpr WaitingFor from_proto(v1::WaitingFor what) { return static_cast<WaitingFor>(what); }
constexpr Channel from_proto(v1::IntakeChannel channel) { return static_cast<Channel>(channel); }
constexpr v1::WorkKind to_proto(Kind kind) { return static_cast<v1::WorkKind>(kind); }
constexpr v1::WorkStatus to_proto(WorkStatus status) { return static_cast<v1::WorkStatus>(status); }
constexpr v1::WaitingFor to_proto(WaitingFor what) { return static_cast<v1::WaitingFor>(what); }
constexpr v1::IntakeChannel to_proto(Channel ch) { return static_cast<v1::IntakeChannel>(ch); }

static_assert(v1::WorkKind_ARRAYSIZE == kKindCount);
static_assert(from_proto(v1::WORK_KIND_UNSPECIFIED) == Kind::kNone);
static_assert(from_proto(v1::WORK_KIND_TASK) == Kind::kTask);
static_assert(from_proto(v1::WORK_KIND_DOSSIER) == Kind::kDossier);
static_assert(from_proto(v1::WORK_KIND_PETITION) == Kind::kPetition);
static_assert(from_proto(v1::WORK_KIND_PROJECT) == Kind::kProject);

static_assert(v1::WorkStatus_ARRAYSIZE == kStatusCount);
static_assert(from_proto(v1::WORK_STATUS_UNSPECIFIED) == WorkStatus::kNone);
static_assert(from_proto(v1::WORK_STATUS_REGISTERED) == WorkStatus::kRegistered);
static_assert(from_proto(v1::WORK_STATUS_ACCEPTED) == WorkStatus::kAccepted);
static_assert(from_proto(v1::WORK_STATUS_IN_PROGRESS) == WorkStatus::kInProgress);
static_assert(from_proto(v1::WORK_STATUS_WAITING) == WorkStatus::kWaiting);
static_assert(from_proto(v1::WORK_STATUS_SUSPENDED) == WorkStatus::kSuspended);
static_assert(from_proto(v1::WORK_STATUS_COMPLETED) == WorkStatus::kCompleted);
static_assert(from_proto(v1::WORK_STATUS_RETURNED) == WorkStatus::kReturned);
static_assert(from_proto(v1::WORK_STATUS_REJECTED) == WorkStatus::kRejected);
static_assert(from_proto(v1::WORK_STATUS_WITHDRAWN) == WorkStatus::kWithdrawn);
static_assert(from_proto(v1::WORK_STATUS_SUBMITTED) == WorkStatus::kSubmitted);
static_assert(from_proto(v1::WORK_STATUS_TRANSFERRED) == WorkStatus::kTransferred);
static_assert(from_proto(v1::WORK_STATUS_DECLINED) == WorkStatus::kDeclined);
static_assert(from_proto(v1::WORK_STATUS_VOID) == WorkStatus::kVoid);

static_assert(v1::WaitingFor_ARRAYSIZE == 4);
static_assert(from_proto(v1::WAITING_FOR_UNSPECIFIED) == WaitingFor::kNone);
static_assert(from_proto(v1::WAITING_FOR_SUPPLEMENT) == WaitingFor::kSupplement);
static_assert(from_proto(v1::WAITING_FOR_PAYMENT) == WaitingFor::kPayment);
static_assert(from_proto(v1::WAITING_FOR_AGENCY) == WaitingFor::kAgency);

static_assert(v1::IntakeChannel_ARRAYSIZE == 4);
static_assert(from_proto(v1::INTAKE_CHANNEL_UNSPECIFIED) == Channel::kNone);
static_assert(from_proto(v1::INTAKE_CHANNEL_COUNTER) == Channel::kCounter);
static_assert(from_proto(v1::INTAKE_CHANNEL_ONLINE) == Channel::kOnline);
static_assert(from_proto(v1::INTAKE_CHANNEL_POST) == Channel::kPost);

}  // namespace kip
