// POST /v1/messages/{id}/again?channel=NAME: a delivery that is dead goes on its way once more.

#include "app/api_parts.h"
#include "app/notifier.h"
#include "app/query.h"

namespace kip {

web::Response post_again(Api& api, const web::Request& request) {
  const auto notifier = notifier_of(api);
  if (!notifier) return no_notifier(api);
  Query query(request, {"channel"});
  const auto channel = query.text("channel");
  if (!channel) query.wrong("channel", "is required: a name of channels.yaml");
  if (auto refusal = query.refusal()) return *refusal;
  const std::string& message = request.parameters.at(0);
  const Status sent = notifier->again(message, *channel);
  if (sent)
    return web::json(202, "{\"message_id\":" + web::json_string(message) +
                              ",\"channel\":" + web::json_string(*channel) + "}");
  if (sent.error().code != Errc::kNotFound) return unreadable(sent.error());
  return web::problem(404, "Nothing to send again", sent.error().message);
}

}  // namespace kip
