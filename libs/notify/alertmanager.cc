#include "notify/alertmanager.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/ascii.h"

namespace kip {
namespace {

namespace json = boost::json;

class Alertmanager : public MessageChannel {
 public:
  Alertmanager(AlertmanagerOptions options, NetworkReach reach)
      : options_(std::move(options)), reach_(std::move(reach)) {}

  SendOutcome send(const Delivery& delivery) override {
    if (const auto refused = unfit(delivery)) return *refused;
    auto headers = headers_of(options_.headers);
    if (!headers) return transient("secret", headers.error().message);
    HttpRequest request;
    request.url = options_.url + "/api/v2/alerts";
    request.place = options_.place;
    request.headers = *std::move(headers);
    request.headers.emplace_back("Content-Type: application/json");
    request.body = alert_body(delivery, options_);
    return judge(post(request, reach_), {}, options_.place.host);
  }

 private:
  AlertmanagerOptions options_;
  NetworkReach reach_;
};

}  // namespace

std::string label_name(std::string_view field) {
  std::string out;
  for (const char c : field) {
    const bool letter = is_letter(c) || c == '_' || c == '-';
    if (!letter && (out.empty() || !is_digit(c))) return {};
    out += c == '-' ? '_' : c;
  }
  return out;
}

std::string alert_body(const Delivery& delivery, const AlertmanagerOptions& options) {
  json::object labels, annotations, alert;
  labels["alertname"] = options.alertname;
  labels["channel"] = delivery.channel;
  for (const std::string& name : options.labels) {
    const auto field = delivery.fields.find(name);
    // An empty label is the same as none.
    if (field != delivery.fields.end() && !field->second.empty())
      labels[label_name(name)] = field->second;
  }
  annotations["summary"] = delivery.subject;
  annotations["description"] = delivery.text;
  annotations["key"] = delivery.key;
  alert["labels"] = std::move(labels);
  alert["annotations"] = std::move(annotations);
  alert["startsAt"] = format_rfc3339(delivery.at);
  alert["endsAt"] = format_rfc3339(delivery.at + options.ends_after);
  const auto link = delivery.fields.find("link");
  if (link != delivery.fields.end()) alert["generatorURL"] = link->second;
  json::array body;
  body.emplace_back(std::move(alert));
  return json::serialize(body);
}

std::unique_ptr<MessageChannel> make_alertmanager(AlertmanagerOptions options, NetworkReach reach) {
  return std::make_unique<Alertmanager>(std::move(options), std::move(reach));
}

}  // namespace kip
