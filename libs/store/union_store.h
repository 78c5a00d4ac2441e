#pragma once
// Several stores read as one: those of the partitions that a process owns, and the one that keeps
// what it has read of the alerts. No key is in two of them.
//
//   const auto all = open_union({partition_0, partition_3, board});
//   all->scan(Table::kItem, "", "", visit);          // in byte order over all of them
//
// Owns its parts together with whoever else holds them. Threads: any. scan() sees each part as of
// a moment, not all as of one. write() is kInvalid: who owns a part writes to that part.

#include <memory>
#include <vector>

#include "store/store.h"

namespace kip {

std::shared_ptr<const Store> open_union(std::vector<std::shared_ptr<const Store>> parts);

}  // namespace kip
