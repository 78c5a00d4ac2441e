// GET /v1/reports/...

#include "app/api_parts.h"
#include "app/forecast_figures.h"
#include "app/query.h"

namespace kip {

web::Response get_saved(Api& api, const web::Request& request) {
  if (auto refusal = Query(request, {}).refusal()) return *refusal;
  const auto totals = read_totals(*api.service.view());
  if (!totals) return unreadable(totals.error());
  return web::json(200, to_json(saved_by_month(*totals)));
}

}  // namespace kip
