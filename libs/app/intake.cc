// POST /v1/events: CloudEvents in binary, structured and batch form, or a bare event.

#include <algorithm>
#include <mutex>

#include "app/api_parts.h"
#include "base/ascii.h"
#include "contract/codes.h"
#include "contract/json_text.h"

namespace kip {
namespace {

constexpr std::size_t kBatchEventsMax = 20'000;
constexpr std::string_view kBatchType = "application/cloudevents-batch+json";
constexpr const char* kRetrySeconds = "1";

std::string media_type(const web::Request& request) {
  std::string type(request.header("content-type").value_or(""));
  type = type.substr(0, type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  return ascii_lower(type);
}

// What a page of another site may send from a browser without asking first. It must not even
// become a dead letter here.
bool is_simple(const web::Request& request, const std::string& type) {
  for (const auto& [name, value] : request.headers) {
    if (name.starts_with("ce-")) return false;
  }
  return type.empty() || type == "text/plain" || type == "multipart/form-data" ||
         type == "application/x-www-form-urlencoded";
}

int status_of(const Refusal& refusal) {
  if (refusal.code == code::kTooLarge) return 413;
  return refusal.code == code::kContentType ? 415 : 400;
}

web::Response answer_to(const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::kAccepted: {
      const Accepted& a = *outcome.accepted;
      std::string_view key = "item_id";
      if (a.what == Accepted::What::kIndicator) key = "indicator_id";
      if (a.what == Accepted::What::kReport) key = "source";
      return web::json(202, "{\"event_id\":" + web::json_string(a.event_id) + ",\"" +
                                std::string(key) + "\":" + web::json_string(a.key) + "}");
    }
    case Outcome::Kind::kRefused: {
      const Refusal& r = *outcome.refusal;
      return coded(web::problem(status_of(r), "Event refused", r.reason, {{r.field, r.reason}}),
                   r.code);
    }
    case Outcome::Kind::kBusy:
    case Outcome::Kind::kFailed:
      break;
  }
  auto response = web::problem(503, "Not taken",
                               "It is not known to be stored (" + outcome.reason +
                                   "): send it again; the same event_id counts once.");
  response.headers.emplace_back("Retry-After", kRetrySeconds);
  return response;
}

Headers headers_of(const web::Request& request) {
  Headers headers;
  for (const auto& [name, value] : request.headers) {
    const bool told = name == "content-type" || name.starts_with("ce-") ||
                      name == "__value_schema_id" || name == "traceparent";
    if (told) headers.emplace_back(name, value);  // never Authorization, never a cookie
  }
  return headers;
}

// The id of a structured event, also where the door will refuse it: by it the sender finds it
// again.
std::string event_id_of(std::string_view text) {
  JsonText json(text, Limits{}.json_depth_max);
  std::string name, id;
  if (json.peek() != JsonType::kObject || !json.open('{')) return "";
  while (json.more('}')) {
    if (!json.key(name)) return "";
    if (name == "id" && json.peek() == JsonType::kString) return json.string(id) ? id : "";
    if (!json.skip(false)) return "";
  }
  return "";
}

// The answers of one batch, gathered as they come.
struct Gathered {
  std::mutex mutex;
  std::vector<std::string> ids;  // in the order of the batch
  std::vector<web::Response> parts;
  std::size_t missing = 0;
  web::Reply reply;
};

web::Response batch_answer(const Gathered& all) {
  bool accepted = true;
  bool untaken = !all.parts.empty();
  std::string body = "{\"results\":[";
  for (std::size_t i = 0; i < all.parts.size(); ++i) {
    const web::Response& part = all.parts[i];
    accepted = accepted && part.status == 202;
    untaken = untaken && part.status == 503;
    body += i == 0 ? "{" : ",{";
    if (!all.ids[i].empty()) body += "\"id\":" + web::json_string(all.ids[i]) + ",";
    body += "\"status\":" + std::to_string(part.status);
    if (part.status != 202) body += ",\"problem\":" + part.body;
    body += "}";
  }
  if (untaken) return all.parts.front();
  return web::json(accepted ? 202 : 207, body + "]}");
}

void gather(const std::shared_ptr<Gathered>& all, std::size_t i, const Outcome& outcome) {
  const std::scoped_lock lock(all->mutex);
  all->parts[i] = answer_to(outcome);
  if (outcome.accepted) all->ids[i] = outcome.accepted->event_id;
  if (--all->missing == 0) all->reply(batch_answer(*all));
}

void take_batch(Api& api, const web::Request& request, const web::Reply& reply) {
  auto elements = split_batch(request.body);
  std::optional<Refusal> whole;
  if (!elements) {
    whole = Refusal{code::kNotJson, "body", elements.error().message};
  } else if (elements->size() > kBatchEventsMax) {
    whole = Refusal{code::kTooLarge, "body",
                    "a batch has " + std::to_string(elements->size()) + " events; the limit is " +
                        std::to_string(kBatchEventsMax)};
  }
  if (whole) {
    Submission message;
    message.headers = headers_of(request);
    message.body = request.body;
    message.channel = "http";
    message.principal = request.principal;
    api.service.refuse(std::move(message), *whole,
                       [reply](const Outcome& o) { reply(answer_to(o)); });
    return;
  }
  auto all = std::make_shared<Gathered>();
  all->reply = reply;
  all->missing = elements->size();
  all->parts.resize(elements->size());
  all->ids.resize(elements->size());
  if (elements->empty()) {
    reply(batch_answer(*all));
    return;
  }
  for (std::size_t i = 0; i < elements->size(); ++i) {
    Submission message;
    all->ids[i] = event_id_of((*elements)[i]);
    message.body = std::move((*elements)[i]);
    message.headers = {{"content-type", "application/cloudevents+json"}};
    message.channel = "http";
    message.principal = request.principal;
    api.service.accept(std::move(message),
                       [all, i](const Outcome& outcome) { gather(all, i, outcome); });
  }
}

}  // namespace

void take_events(Api& api, web::Request request, const web::Reply& reply) {
  const std::string type = media_type(request);
  if (is_simple(request, type)) {
    const std::string why = "Content-Type must say application/cloudevents+json, " +
                            std::string(kBatchType) + ", application/json or application/protobuf";
    reply(coded(web::problem(415, "Event refused", why, {{"content-type", why}}),
                code::kContentType));
    return;
  }
  if (type == kBatchType) {
    take_batch(api, request, reply);
    return;
  }
  Submission message;
  message.headers = headers_of(request);
  message.body = std::move(request.body);
  message.channel = "http";
  message.principal = std::move(request.principal);
  api.service.accept(std::move(message), [reply](const Outcome& o) { reply(answer_to(o)); });
}

}  // namespace kip
