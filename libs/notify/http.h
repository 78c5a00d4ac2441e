#pragma once
// One POST and its answer: of the body at most 64 KiB, no redirect, one connection. Blocks, at most
// the reach's timeout. And what an answer means for a delivery, which is pure.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "notify/delivery.h"
#include "notify/json_condition.h"
#include "notify/reach.h"

namespace kip {

inline constexpr std::size_t kAnswerMax = 64 * 1024;

struct HttpRequest {
  std::string url;
  Place place;                       // of the URL
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
};

struct HttpAnswer {
  int status = 0;  // 0: none came; then `failure` says why
  std::string body;
  std::optional<std::chrono::seconds> retry_after;
  // Set where the body did not come whole: out of time, lost, larger than the limit.
  std::optional<SendOutcome> failure;
};

HttpAnswer post(const HttpRequest& request, const NetworkReach& reach);

struct AnswerRules {
  std::vector<int> success_status;  // empty: 200 to 299
  std::optional<JsonCondition> success;
  std::vector<JsonCondition> retry_when;
};

// `host` is what the sentence names.
SendOutcome judge(const HttpAnswer& answer, const AnswerRules& rules, const std::string& host);
bool any_holds(const std::vector<JsonCondition>& conditions, const HttpAnswer& answer);

}  // namespace kip
