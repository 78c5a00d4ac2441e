#pragma once
// A store of which one table is kept by another one, for reading: what is its own and what only has
// to be looked up, side by side.

#include <memory>

#include "store/store.h"

namespace kip {

// Reads of `table` go to `other`, everything else to `own`. A batch that names `table` fails
// (kInvalid).
std::shared_ptr<Store> open_split(std::shared_ptr<Store> own, Table table,
                                  std::shared_ptr<const Store> other);

}  // namespace kip
