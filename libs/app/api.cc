#include "app/api.h"

#include "app/api_parts.h"
#include "app/query.h"
#include "runtime/format.h"

namespace kip {
namespace {

using Answerer = web::Response (*)(Api&, const web::Request&);

enum class Part : std::uint8_t { kIntake, kItems, kAlerts, kMessages, kAlways };

struct ApiRoute {
  const char* method;
  const char* pattern;
  Answerer answer;  // none: take_events
  bool open;        // needs no token: it tells nothing of the ward, or its path is the proof
  Part part;
  std::size_t body_max = 0;  // 0: the server's
};

constexpr ApiRoute kRoutes[] = {
    {"POST", "/v1/events", nullptr, false, Part::kIntake, kBatchBytesMax},
    {"GET", "/v1/items", get_items, false, Part::kItems},
    {"GET", "/v1/items/{id}", get_item, false, Part::kItems},
    {"GET", "/v1/items/{id}/apology", get_apology, false, Part::kItems},
    {"GET", "/v1/alerts", get_alerts, false, Part::kAlerts},
    {"POST", "/v1/alerts/{id}/ack", post_ack, false, Part::kMessages, kAnswerBytesMax},
    {"GET", "/v1/help", get_help, false, Part::kMessages},
    {"POST", "/v1/messages/{id}/again", post_again, false, Part::kMessages},
    {"GET", "/v1/units", get_units, false, Part::kItems},
    {"GET", "/v1/reports/saved", get_saved, false, Part::kItems},
    {"GET", "/v1/catalogue", get_catalogue, false, Part::kAlways},
    {"GET", "/v1/openapi.json", get_openapi, true, Part::kAlways},
    {"GET", "/", get_first_page, false, Part::kItems},
    {"GET", "/items/{id}", get_item_page, false, Part::kItems},
    {"GET", "/x/{token}", get_answer_page, true, Part::kMessages},
    {"POST", "/x/{token}", post_answer_page, true, Part::kMessages, kAnswerBytesMax},
    {"GET", "/healthz", get_health, true, Part::kAlways},
    {"GET", "/readyz", get_ready, true, Part::kAlways},
    {"GET", "/version", get_version, true, Part::kAlways},
    {"GET", "/metrics", get_metrics, false, Part::kAlways},
};

bool is_served(Part part, const ApiOptions& options) {
  switch (part) {
    case Part::kIntake:
      return options.intake;
    case Part::kItems:
      return options.items;
    case Part::kAlerts:
      return options.items || options.messages;
    case Part::kMessages:
      return options.messages;
    case Part::kAlways:
      break;
  }
  return true;
}

void count(RouteCount& route, int status) {
  const auto of_class = static_cast<std::size_t>(status / 100);
  if (of_class < route.by_class.size()) ++route.by_class[of_class];
}

}  // namespace

web::Response unreadable(const Error& error) {
  if (error.code == Errc::kUnavailable) {
    auto response = web::problem(503, "Store unavailable", error.message);
    response.headers.emplace_back("Retry-After", "1");
    return response;
  }
  return web::problem(500, "Store unreadable", error.message);
}

web::Response coded(web::Response problem, std::string_view code) {
  problem.body.pop_back();
  problem.body += ",\"code\":" + web::json_string(code) + "}";
  return problem;
}

web::Response get_health(Api&, const web::Request&) {
  return web::json(200, "{\"status\":\"alive\"}");
}

web::Response get_ready(Api& api, const web::Request&) {
  std::string reasons;
  const auto reason = [&](std::string_view code, std::string_view detail) {
    reasons += (reasons.empty() ? "" : ",") + std::string("{\"code\":") + web::json_string(code) +
               ",\"detail\":" + web::json_string(detail) + "}";
  };
  if (!api.service.started()) reason("starting", "The engine has not been started yet.");
  if (api.service.catching_up()) {
    const Reach reach = api.service.reach();
    reason("catching_up",
           std::to_string(reach.done) + " of " + std::to_string(reach.all) + " records are read.");
  }
  if (const auto failure = api.service.failure()) reason("failed", failure->message);
  if (!api.options.items && api.options.notifier && !notifier_of(api))
    reason("standby", "Another process decides the messages, or this one is about to.");
  if (reasons.empty()) return web::json(200, "{\"ready\":true,\"reasons\":[]}");
  auto response = web::problem(503, "Not ready", "The service cannot answer for its items yet.");
  response.body.pop_back();
  response.body += ",\"ready\":false,\"reasons\":[" + reasons + "]}";
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

web::Response get_version(Api& api, const web::Request&) {
  return web::json(200, "{\"version\":" + web::json_string(api.options.version) +
                            ",\"state_format\":" + std::to_string(kStateFormat) + "}");
}

web::Response get_openapi(Api&, const web::Request& request) {
  if (auto refusal = Query(request, {}).refusal()) return *refusal;
  return web::json(200, std::string(openapi_text()));
}

web::Router make_routes(Service& service, ApiOptions options) {
  auto api = std::make_shared<Api>(service, std::move(options));
  web::Router router;
  for (const ApiRoute& route : kRoutes) {
    if (!is_served(route.part, api->options)) continue;
    auto counter = std::make_unique<RouteCount>();
    counter->method = route.method;
    counter->pattern = route.pattern;
    RouteCount* counts = counter.get();
    api->counts.push_back(std::move(counter));
    router.on(
        route.method, route.pattern,
        [api, counts, answer = route.answer](web::Request request, const web::Reply& reply) {
          const web::Reply counted = [api, counts, reply](web::Response response) {
            count(*counts, response.status);
            reply(std::move(response));
          };
          if (answer == nullptr) {
            take_events(*api, std::move(request), counted);
          } else {
            counted(answer(*api, request));
          }
        },
        route.body_max);
    if (route.open) router.open(route.pattern);
  }
  return router;
}

std::vector<std::pair<std::string, std::string>> route_names() {
  std::vector<std::pair<std::string, std::string>> names;
  for (const ApiRoute& route : kRoutes) names.emplace_back(route.method, route.pattern);
  return names;
}

}  // namespace kip
