#include <algorithm>
#include <set>

#include "web/site.h"

namespace kip::web {
namespace {

constexpr std::size_t kBodyMax = 1024 * 1024;

using Segments = std::vector<std::string>;

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool matches(const Segments& pattern, const Segments& path) {
  const auto fits = [](const std::string& want, const std::string& have) {
    return is_parameter(want) ? !have.empty() : want == have;
  };
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(), fits);
}

// Of two patterns that match one path: the one with the earlier fixed segment.
bool goes_before(const Segments& a, const Segments& b) {
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(),
      [](const std::string& x, const std::string& y) { return is_parameter(x) < is_parameter(y); });
}

std::optional<std::string_view> first_of(const Fields& fields, std::string_view name) {
  const auto it = std::find_if(fields.begin(), fields.end(),
                               [&](const auto& field) { return field.first == name; });
  if (it == fields.end()) return std::nullopt;
  return it->second;
}

Response unauthorized(bool presented) {
  Response response = problem(401, "Unauthorized",
                              presented ? "The Authorization header holds no token known here."
                                        : "Send the header Authorization: Bearer TOKEN.");
  response.headers.emplace_back(
      "WWW-Authenticate",
      presented ? "Bearer realm=\"kip\", error=\"invalid_token\"" : "Bearer realm=\"kip\"");
  return response;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view lower_case_name) const {
  return first_of(headers, lower_case_name);
}

std::optional<std::string_view> Request::parameter(std::string_view query_name) const {
  return first_of(query, query_name);
}

void Router::on(std::string method, std::string_view pattern, Handler handler,
                std::size_t body_max) {
  auto segments = split_path(pattern);
  KIP_CHECK(segments.ok() && handler != nullptr);
  for (const Route& other : routes_) {
    KIP_CHECK(other.method != method || other.segments != *segments);
  }
  routes_.push_back({std::move(method), std::move(*segments), std::move(handler),
                     body_max == 0 ? kBodyMax : body_max});
}

void Router::open(std::string_view path) {
  auto segments = split_path(path);
  KIP_CHECK(segments.ok());
  open_.push_back(std::move(*segments));
}

Site::Site(Router routes, std::optional<Access> access)
    : routes_(std::move(routes)), access_(std::move(access)) {}

bool Site::is_open(const Target& target) const {
  return std::any_of(routes_.open_.begin(), routes_.open_.end(),
                     [&](const Segments& pattern) { return matches(pattern, target.segments); });
}

const Router::Route* Site::find(std::string_view method, const Target& target) const {
  const Route* best = nullptr;
  for (const Route& route : routes_.routes_) {
    if (route.method != method || !matches(route.segments, target.segments)) continue;
    if (best == nullptr || goes_before(route.segments, best->segments)) best = &route;
  }
  if (best == nullptr && method == "HEAD") return find("GET", target);
  return best;
}

std::string Site::allowed(const Target& target) const {
  std::set<std::string> methods;
  for (const Route& route : routes_.routes_) {
    if (!matches(route.segments, target.segments)) continue;
    methods.insert(route.method);
    if (route.method == "GET") methods.insert("HEAD");
  }
  std::string list;
  for (const std::string& method : methods) list += (list.empty() ? "" : ", ") + method;
  return list;
}

Plan Site::plan(Request head, std::string_view text) const {
  Plan plan;
  auto target = parse_target(text);
  if (!target) {
    plan.refusal = problem(400, "Bad Request", target.error().message);
    return plan;
  }
  if (access_) {
    const auto given = head.header("authorization");
    const auto name = given ? access_->principal(*given) : std::nullopt;
    if (!name && !is_open(*target)) {
      plan.refusal = unauthorized(given.has_value());
      return plan;
    }
    head.principal = name.value_or("");
  }
  const Route* route = find(head.method, *target);
  if (route == nullptr) {
    const std::string allow = allowed(*target);
    plan.refusal = allow.empty() ? problem(404, "Not Found", "There is nothing under this path.")
                                 : problem(405, "Method Not Allowed", "This path takes " + allow);
    if (!allow.empty()) plan.refusal.headers.emplace_back("Allow", allow);
    return plan;
  }
  for (std::size_t i = 0; i < route->segments.size(); ++i) {
    if (is_parameter(route->segments[i])) head.parameters.push_back(target->segments[i]);
  }
  head.path = std::move(target->path);
  head.query = std::move(target->query);
  plan.request = std::move(head);
  plan.handler = &route->handler;
  plan.body_max = route->body_max;
  return plan;
}

}  // namespace kip::web
