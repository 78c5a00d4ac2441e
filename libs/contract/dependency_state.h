#pragma once
// The stored form of what items know of those that they wait for (StoredDependency), and of what a
// shard tells of one (StoredLink). Pure.

#include <string>
#include <string_view>

#include "base/result.h"
#include "kip/v1/state.pb.h"
#include "rules/item.h"

namespace kip {

void put_dependencies(const ItemState& item, v1::StoredItem& out);
// False: it is not what was written.
bool take_dependencies(const v1::StoredItem& in, ItemState& item);

// Row of an item of that id; kCorrupt: the bytes are none.
std::string encode_link(const Dependency& told);
Result<Dependency> decode_link(std::string_view item_id, std::string_view bytes);

}  // namespace kip
