#include "contract/dependency_state.h"

#include "contract/proto_values.h"

namespace kip {
namespace {

void put_link(const Dependency& from, v1::StoredLink& to) {
  to.set_state(static_cast<std::uint32_t>(from.state));
  to.set_since_ms(ms_of(from.since));
  to.set_unit_id(from.unit_id);
}

bool take_link(const v1::StoredLink& from, Dependency& to) {
  if (from.state() > static_cast<std::uint32_t>(DependencyState::kEnded)) return false;
  to.state = static_cast<DependencyState>(from.state());
  to.since = instant_of(from.since_ms());
  to.unit_id = from.unit_id();
  return true;
}

}  // namespace

void put_dependencies(const ItemState& item, v1::StoredItem& out) {
  for (const Dependency& one : item.dependencies) {
    v1::StoredDependency& to = *out.add_dependencies();
    to.set_item_id(one.item_id);
    put_link(one, *to.mutable_link());
    to.set_asked_ms(ms_of(one.asked));
  }
}

bool take_dependencies(const v1::StoredItem& in, ItemState& item) {
  for (const v1::StoredDependency& from : in.dependencies()) {
    Dependency& to = item.dependencies.emplace_back();
    to.item_id = from.item_id();
    to.asked = instant_of(from.asked_ms());
    if (!take_link(from.link(), to)) return false;
  }
  return true;
}

std::string encode_link(const Dependency& told) {
  v1::StoredLink out;
  put_link(told, out);
  return out.SerializeAsString();
}

Result<Dependency> decode_link(std::string_view item_id, std::string_view bytes) {
  v1::StoredLink in;
  Dependency told;
  told.item_id = item_id;
  if (!parse_wire(bytes, in) || !take_link(in, told) || told.state == DependencyState::kUnknown)
    return corrupt("stored bytes are no kip.v1.StoredLink");
  return told;
}

}  // namespace kip
