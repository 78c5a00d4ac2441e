#pragma once
// What the service says over HTTP: events in, items, alerts, figures and the first page out. The
// routes, their parameters and their answers are told by GET /v1/openapi.json (openapi.cc).
//
//   auto server = web::Server::start(options, make_routes(*engine, {.version = "0.1.0"}));
//
// The service must outlive the server. Handlers read the store directly, each one state of a table;
// a request looks at a bounded number of rows. Threads: the server's, several at once.
// The pages /x/{token} are open: who has the link of a message may answer it. GET and HEAD change
// nothing there. No token of a link is in a log or a metric, only the pattern of its route.
// Never: a body, a title of a dossier or petition that is not the catalogue's, or a person's name
// on the first page.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/service.h"
#include "web/server.h"

namespace kip {

class Notifier;
class SharedSetup;

struct ApiOptions {
  std::string version;
  bool intake = true;    // POST /v1/events
  bool items = true;     // what is told of items and units, and the pages
  bool messages = true;  // answers and who waits for help
  // The notifier while this process has one, held no longer than a request takes. No function:
  // nobody is told from this process; null: another process does it now.
  std::function<std::shared_ptr<Notifier>()> notifier = {};
  const SharedSetup* setup = nullptr;  // words of letters, outlives the server; null: as shipped
};

web::Router make_routes(Service& service, ApiOptions options);

// (method, pattern) of every route, in the order of the table in api.cc.
std::vector<std::pair<std::string, std::string>> route_names();

}  // namespace kip
