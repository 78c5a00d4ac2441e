// GET and POST /x/{token}: a message shown to its recipient, and answered.

#include <algorithm>

#include "app/answer_html.h"
#include "app/api_parts.h"
#include "app/notifier.h"
#include "base/hash.h"

namespace kip {
namespace {

constexpr std::size_t kAckLength = 26;  // of base32

web::Response page(int status, std::string body) {
  web::Response response{status, "text/html; charset=utf-8", std::move(body), {}};
  response.headers = {{"Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                       "base-uri 'none'; frame-ancestors 'none'"},
                      {"Referrer-Policy", "no-referrer"},
                      {"X-Robots-Tag", "noindex, nofollow"},
                      {"Cache-Control", "no-store"}};
  return response;
}

// What every request to a link begins with: a message, or the answer that says why not.
struct Opened {
  std::optional<web::Response> refusal;
  std::shared_ptr<const Policy> policy;
  Message message;
  Instant until{}, now{};
};

Opened open_link(Api& api, const web::Request& request) {
  Opened out;
  const auto notifier = notifier_of(api);
  if (!notifier) {  // people wait for another process to take over, systems are told so
    out.refusal = no_notifier(api);
    if (out.refusal->status == 503) {
      out.refusal = page(503, try_again_page());
      out.refusal->headers.emplace_back("Retry-After", "2");
    }
    return out;
  }
  out.policy = api.service.policy();
  out.now = api.service.now();
  auto links = answer_links(api, *notifier);
  if (!links) {
    out.refusal = unreadable(links.error());
    return out;
  }
  const int days = notifier->setup()->rules.link_days;
  auto opened = (*links)->open_token(*api.service.view(), request.parameters.at(0), days, out.now);
  if (!opened) {
    out.refusal = unreadable(opened.error());
  } else if (!opened->message) {
    const int status = opened->fault == LinkFault::kBad ? 403 : 410;
    out.refusal = page(status, refused_page(*opened, out.now));
  } else {
    out.message = std::move(*opened->message);
    out.until = opened->until;
  }
  return out;
}

std::string ack_id(const std::string& token, const std::string& item, const std::string& content) {
  const Sha256 hash = sha256(token + "|" + item + "|" + content);
  return base32_lower(bytes_of(hash)).substr(0, kAckLength);
}

const Answer* found(const AnswerItem& item, const std::string& id) {
  const auto at = std::find_if(item.answers.begin(), item.answers.end(),
                               [&](const Answer& answer) { return answer.id == id; });
  return at == item.answers.end() ? nullptr : &*at;
}

Answer answer_of(const AnswerView& view, const AnswerItem& item, const Choice& choice,
                 const Policy& policy, std::string id) {
  Answer answer;
  answer.id = std::move(id);
  answer.person = view.message.person;
  answer.channel = "link";
  answer.what = choice.what;
  answer.plan = choice.plan;
  answer.whose = choice.whose;
  answer.at = view.now;
  answer.promised_at = choice.promised_at;
  if (choice.when_due) answer.promised_at = in_time(item, policy, view.now);
  return answer;
}

// Writes what is new of it. The same form again finds its answers and writes nothing.
Result<std::vector<Confirmed>> take(Api& api, const AnswerView& view, const Choice& choice,
                                    const Policy& policy, const std::string& token) {
  std::vector<Confirmed> out;
  for (const AnswerItem& item : view.items) {
    const bool all = choice.item == "all";
    if (!all && item.key != choice.item) continue;
    const std::string id = ack_id(token, item.key, choice.content);
    if (const Answer* before = found(item, id)) {
      out.push_back({&item, *before});
      continue;
    }
    if (all ? !item.is_waiting() : !item.is_open()) continue;
    Answer answer = answer_of(view, item, choice, policy, id);
    const auto notifier = notifier_of(api);
    const Status written = notifier ? notifier->answer(view.message.desk, {answer, item.open})
                                    : unavailable("another process decides the messages now");
    if (!written) return written.error();
    out.push_back({&item, std::move(answer)});
  }
  return out;
}

bool plan_needed(const AnswerView& view, std::string_view key) {
  if (const AnswerItem* item = view.item(key)) return item->is_open() && item->promise_broken;
  return std::any_of(view.items.begin(), view.items.end(), [](const AnswerItem& item) {
    return item.is_waiting() && item.promise_broken;
  });
}

bool is_form(const web::Request& request) {
  const std::string_view type = request.header("content-type").value_or("");
  return type.substr(0, type.find(';')) == "application/x-www-form-urlencoded";
}

}  // namespace

std::shared_ptr<Notifier> notifier_of(const Api& api) {
  return api.options.notifier ? api.options.notifier() : nullptr;
}

Result<const AnswerLinks*> answer_links(Api& api, const Notifier& notifier) {
  const std::scoped_lock lock(api.links_mutex);
  if (!api.links) {
    auto links = AnswerLinks::open(api.service.data(), notifier.setup()->rules);
    if (!links) return links.error();
    api.links = std::move(*links);
  }
  return &*api.links;
}

web::Response no_notifier(const Api& api) {
  if (!api.options.notifier)
    return web::problem(
        404, "No messages here",
        "This process decides no messages: ask one that does (kip notifier, kip up).");
  auto response = web::problem(503, "No messages here now",
                               "Another process decides the messages, or this one is about to.");
  response.headers.emplace_back("Retry-After", "2");
  return response;
}

// Parameters of the query are passed over: apps that open links add some of their own.
web::Response get_answer_page(Api& api, const web::Request& request) {
  Opened opened = open_link(api, request);
  if (opened.refusal) return *opened.refusal;
  auto view = answer_view(*api.service.view(), *opened.policy, std::move(opened.message),
                          opened.until, opened.now);
  if (!view) return unreadable(view.error());
  return page(200, ask_page(*view, *opened.policy, nullptr, {}));
}

web::Response post_answer_page(Api& api, const web::Request& request) {
  Opened opened = open_link(api, request);
  if (opened.refusal) return *opened.refusal;
  if (!is_form(request)) return page(415, unreadable_form_page("không phải biểu mẫu"));
  const auto form = AnswerForm::parse(request.body);
  if (!form) return page(422, unreadable_form_page(form.error().message));
  // One at a time: two taps at once are one answer.
  const std::scoped_lock lock(api.answering);
  auto view = answer_view(*api.service.view(), *opened.policy, std::move(opened.message),
                          opened.until, opened.now);
  if (!view) return unreadable(view.error());
  const std::string_view key = (*form)["item"];
  Choice choice;
  Mistakes mistakes =
      judge(*form, *opened.policy, view->message.desk, plan_needed(*view, key), opened.now, choice);
  if (!key.empty() && key != "all" && view->item(key) == nullptr)
    mistakes.emplace_back("item", "Việc này không có trong tin.");
  if (!mistakes.empty()) return page(422, ask_page(*view, *opened.policy, &*form, mistakes));
  auto confirmed = take(api, *view, choice, *opened.policy, request.parameters.at(0));
  if (!confirmed) return page(503, try_again_page());
  return page(200, done_page(*view, *opened.policy, *confirmed));
}

}  // namespace kip
