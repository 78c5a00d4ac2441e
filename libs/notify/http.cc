#include "notify/http.h"

#include <algorithm>

#include "notify/transfer.h"

namespace kip {
namespace {

struct Sink {
  std::string body;
  bool full = false;
};

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& sink = *static_cast<Sink*>(to);
  const std::size_t all = size * count, room = kAnswerMax - sink.body.size();
  sink.body.append(bytes, std::min(all, room));
  sink.full = all > room;
  return sink.full ? 0 : all;  // 0 ends the transfer
}

bool succeeds(int status, const std::vector<int>& listed) {
  if (listed.empty()) return status >= 200 && status < 300;
  return std::find(listed.begin(), listed.end(), status) != listed.end();
}

bool passes(int status) { return status == 408 || status == 425 || status == 429 || status >= 500; }

// The body decides: it must be there whole, and be JSON.
SendOutcome judge_body(const HttpAnswer& answer, const JsonCondition& success,
                       const std::string& host) {
  if (answer.failure) return *answer.failure;
  const auto value = parse_json(answer.body);
  if (!value) return transient("bad_answer", host + " answered with something that is no JSON");
  if (!success.holds(*value))
    return permanent("refused_by_body", host + " refused it: " + success.words() +
                                            " does not hold, there is " + success.found(*value));
  return delivered("http_" + std::to_string(answer.status), host + " took it");
}

}  // namespace

HttpAnswer post(const HttpRequest& request, const NetworkReach& reach) {
  HttpAnswer answer;
  const std::string& host = request.place.host;
  if (!reach.policy.host_allowed(host)) {
    answer.failure = permanent("host_refused", host + " is not among outgoing.hosts");
    return answer;
  }
  Transfer transfer(reach, request.place, request.url, request.place.scheme == "http");
  for (const std::string& header : request.headers) transfer.add_header(header);
  transfer.add_header("Expect:");
  Sink sink;
  transfer.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  transfer.set(CURLOPT_USERAGENT, "Kip");
  transfer.set(CURLOPT_POST, 1L);
  transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  transfer.set(CURLOPT_POSTFIELDS, request.body.data());
  transfer.set(CURLOPT_WRITEFUNCTION, &take);
  transfer.set(CURLOPT_WRITEDATA, static_cast<void*>(&sink));
  const CURLcode code = transfer.perform();
  const int status = transfer.response();
  if (code != CURLE_OK) {
    answer.failure = sink.full
                         ? transient("answer_too_large", host + " answered with more than 64 KiB")
                         : transfer.failure(code);
  }
  if (status < 200) return answer;  // 1xx is no answer yet
  answer.status = status;
  answer.body = std::move(sink.body);
  const auto wait = transfer.retry_after();
  if (wait.count() > 0) answer.retry_after = wait;
  return answer;
}

bool any_holds(const std::vector<JsonCondition>& conditions, const HttpAnswer& answer) {
  if (conditions.empty() || answer.failure) return false;
  const auto value = parse_json(answer.body);
  return value && std::any_of(conditions.begin(), conditions.end(),
                              [&](const JsonCondition& one) { return one.holds(*value); });
}

SendOutcome judge(const HttpAnswer& answer, const AnswerRules& rules, const std::string& host) {
  if (answer.status == 0)
    return answer.failure.value_or(transient("no_answer", host + " did not answer"));
  const std::string code = "http_" + std::to_string(answer.status);
  const std::string said = host + " answered " + std::to_string(answer.status);
  if (passes(answer.status) && !succeeds(answer.status, rules.success_status)) {
    SendOutcome outcome = transient(code, said);
    outcome.retry_after = answer.retry_after;
    return outcome;
  }
  if (any_holds(rules.retry_when, answer)) {
    SendOutcome outcome = transient("retry_by_body", said + " and asks to try again later");
    outcome.retry_after = answer.retry_after;
    return outcome;
  }
  if (succeeds(answer.status, rules.success_status)) {
    if (rules.success) return judge_body(answer, *rules.success, host);
    return delivered(code, said);
  }
  if (answer.status < 400 && answer.status >= 300)
    return permanent("redirect", said + ", a redirect, which is not followed");
  return permanent(code, said);
}

}  // namespace kip
