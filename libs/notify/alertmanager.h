#pragma once
// A message as an alert of Prometheus' Alertmanager, POST /api/v2/alerts, so that a city which has
// one can route it. Labels say what it is about (alertname, channel, and the fields that the
// configuration names), never which item; subject and text are annotations. Without a new POST it
// resolves at its end.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "notify/http.h"
#include "notify/token.h"

namespace kip {

struct AlertmanagerOptions {
  std::string url;  // of the server; /api/v2/alerts is added
  Place place;
  std::string alertname = "KipMessage";
  std::vector<std::string> labels;  // names of fields; a '-' in them becomes '_'
  std::chrono::seconds ends_after{4 * 3600};
  std::vector<HeaderOption> headers;
};

std::unique_ptr<MessageChannel> make_alertmanager(AlertmanagerOptions options, NetworkReach reach);

std::string alert_body(const Delivery& delivery, const AlertmanagerOptions& options);
// "receiving-unit" -> "receiving_unit"; empty: no name of a label.
std::string label_name(std::string_view field);

}  // namespace kip
