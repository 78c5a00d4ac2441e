#pragma once
// The stored form of what is foreseen of an item, and of what forecasts are made from
// (StoredForecast, StoredTrace, StoredWarned). Pure.

#include "kip/v1/state.pb.h"
#include "rules/item.h"

namespace kip {

// KIP_CHECKs that a trace is of an open item: of an ended one nothing is kept.
void put_forecast(const ItemState& item, v1::StoredItem& out);
// False: it is not what was written.
bool take_forecast(const v1::StoredItem& in, ItemState& item);

}  // namespace kip
