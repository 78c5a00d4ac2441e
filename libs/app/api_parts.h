#pragma once
// What the source files of the API share. Used by them only; threads as in api.h.

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/answer_link.h"
#include "app/api.h"
#include "app/urgent.h"

namespace kip {

// Answers by route and class of status, since the start.
struct RouteCount {
  std::string method, pattern;
  std::array<std::atomic<std::uint64_t>, 6> by_class{};  // [status / 100]
};

struct Api {
  Api(Service& s, ApiOptions o) : service(s), options(std::move(o)), urgent(s) {}
  Service& service;
  ApiOptions options;
  UrgentBoard urgent;
  std::vector<std::unique_ptr<RouteCount>> counts;  // fixed once the routes are made
  std::mutex answering;  // from the look at what was answered to the new answer
  std::mutex links_mutex;
  std::optional<AnswerLinks> links;  // opened when they are first needed
};

// POST /v1/events; replies when it is durable.
void take_events(Api& api, web::Request request, const web::Reply& reply);

web::Response get_items(Api& api, const web::Request& request);
web::Response get_item(Api& api, const web::Request& request);
web::Response get_apology(Api& api, const web::Request& request);
web::Response get_alerts(Api& api, const web::Request& request);
web::Response get_catalogue(Api& api, const web::Request& request);
web::Response get_units(Api& api, const web::Request& request);
web::Response get_saved(Api& api, const web::Request& request);
web::Response get_openapi(Api& api, const web::Request& request);
web::Response get_metrics(Api& api, const web::Request& request);
web::Response get_first_page(Api& api, const web::Request& request);
web::Response get_item_page(Api& api, const web::Request& request);
web::Response get_health(Api& api, const web::Request& request);
web::Response get_ready(Api& api, const web::Request& request);
web::Response get_version(Api& api, const web::Request& request);

web::Response get_answer_page(Api& api, const web::Request& request);
web::Response post_answer_page(Api& api, const web::Request& request);
web::Response post_ack(Api& api, const web::Request& request);
web::Response get_help(Api& api, const web::Request& request);
web::Response post_again(Api& api, const web::Request& request);

// Null where this process has none now.
std::shared_ptr<Notifier> notifier_of(const Api& api);
// 404: messages are not of this process; 503: another one decides them now.
web::Response no_notifier(const Api& api);
Result<const AnswerLinks*> answer_links(Api& api, const Notifier& notifier);
// The store could not be read.
web::Response unreadable(const Error& error);
// A problem with the extension member `code`.
web::Response coded(web::Response problem, std::string_view code);

// The text of the contract (openapi.cc).
std::string_view openapi_text();

inline constexpr std::size_t kBatchBytesMax = 8 << 20;
inline constexpr std::size_t kAnswerBytesMax = 16 << 10;
inline constexpr std::size_t kScanRowsMax = 20'000;  // of a request

}  // namespace kip
