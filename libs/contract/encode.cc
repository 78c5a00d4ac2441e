// The domain's fields as the contract's.

#include "contract/decode.h"
#include "contract/proto_values.h"

namespace kip {
namespace {

template <typename List>
void fill(const std::vector<std::string>& values, List* list) {
  for (const std::string& value : values) *list->Add() = value;
}

}  // namespace

#define KIP_SAY(name) \
  if (from.name) to.set_##name(*from.name)
#define KIP_SAY_TIME(name) \
  if (from.name) set_timestamp(*from.name, *to.mutable_##name())

void say(const Step& from, v1::WorkStep& to) {
  to.set_code(from.code);
  KIP_SAY(name);
  KIP_SAY(assignee_id);
  KIP_SAY_TIME(started_at);
  KIP_SAY_TIME(due_at);
  KIP_SAY(unit_id);
  KIP_SAY_TIME(completed_at);
}

void say(const Facts& from, v1::WorkEvent& to) {
  KIP_SAY(title);
  KIP_SAY(assignee_id);
  KIP_SAY(unit_id);
  KIP_SAY(authority);
  KIP_SAY(expected_result);
  KIP_SAY(progress_percent);
  KIP_SAY_TIME(received_at);
  KIP_SAY_TIME(completed_at);
  KIP_SAY_TIME(submitted_at);
  KIP_SAY_TIME(returned_at);
  KIP_SAY(procedure_code);
  KIP_SAY(field);
  KIP_SAY(focus);
  if (from.channel) to.set_channel(to_proto(*from.channel));
  KIP_SAY(satisfaction);
  KIP_SAY(satisfaction_scale);
  if (from.depends_on) fill(*from.depends_on, to.mutable_depends_on()->mutable_ids());
  KIP_SAY(ward_id);
  if (from.lists) fill(*from.lists, to.mutable_lists()->mutable_values());
  KIP_SAY(registered_by);
  if (from.targets) fill(*from.targets, to.mutable_targets()->mutable_values());
  KIP_SAY(parent_id);
  KIP_SAY(area_id);
  KIP_SAY(urgent);
  KIP_SAY(digitised);
  KIP_SAY(electronic_result);
  KIP_SAY(fee_due);
  KIP_SAY(paid_online);
}

#undef KIP_SAY
#undef KIP_SAY_TIME

}  // namespace kip
