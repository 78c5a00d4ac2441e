#pragma once
// The metrics (DESIGN 5) in Prometheus' text form. Gauges are read from the stored totals at each
// scrape; every combination of labels is there from the start, as 0. No item id is ever a label;
// units and sources outside the directory are `other`.

#include <string>

#include "app/api_parts.h"

namespace kip {

Result<std::string> metrics_text(Api& api);

}  // namespace kip
