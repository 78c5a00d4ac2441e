// Answers as they are published and sent.

#include "contract/ack_parts.h"
#include "contract/desk_state.h"
#include "contract/json_reader.h"
#include "contract/proto_values.h"

namespace kip {

void put(const Answer& answer, v1::AckEvent& ack) {
  ack.set_ack_id(answer.id);
  ack.set_person_id(answer.person);
  set_timestamp(answer.at, *ack.mutable_at());
  ack.set_disposition(static_cast<v1::AckDisposition>(answer.what));
  ack.set_plan(answer.plan);
  if (answer.promised_at) set_timestamp(*answer.promised_at, *ack.mutable_promised_at());
  ack.set_whose(answer.whose);
  ack.set_channel(answer.channel);
}

Answer take(const v1::AckEvent& ack) {
  Answer answer;
  answer.id = ack.ack_id();
  answer.person = ack.person_id();
  answer.at = instant_of(ack.at());
  answer.what = static_cast<Disposition>(ack.disposition());
  answer.plan = ack.plan();
  if (ack.has_promised_at()) answer.promised_at = instant_of(ack.promised_at());
  answer.whose = ack.whose();
  answer.channel = ack.channel();
  return answer;
}

std::string encode_answer(const AnswerNews& news) {
  v1::AckEvent ack;
  put(news.answer, ack);
  for (const std::string& id : news.alert_ids) ack.add_alert_ids(id);
  return ack.SerializeAsString();
}

MaybeRefusal read_answer(std::string_view json, AnswerNews& into) {
  v1::AckEvent ack;
  const JsonRead read = read_json(json, {}, ack);
  if (read.refused) return read.refused;
  into.answer = take(ack);
  into.alert_ids.assign(ack.alert_ids().begin(), ack.alert_ids().end());
  return std::nullopt;
}

Result<AnswerNews> decode_answer(std::string_view bytes) {
  v1::AckEvent ack;
  if (!parse_wire(bytes, ack)) return invalid("body: no kip.v1.AckEvent");
  if (ack.ack_id().empty()) return invalid("ack_id: is missing");
  if (ack.alert_ids().empty()) return invalid("alert_ids: names no alert");
  if (!ack.has_at()) return invalid("at: is missing");
  if (!v1::AckDisposition_IsValid(ack.disposition()) || ack.disposition() == 0)
    return invalid("disposition: is none of the contract");
  return AnswerNews{take(ack), {ack.alert_ids().begin(), ack.alert_ids().end()}};
}

}  // namespace kip
