// The stored form of a delivery.

#include "contract/desk_state.h"
#include "contract/proto_values.h"
#include "kip/v1/desk.pb.h"

namespace kip {

std::string_view state_word(DeliveryRecord::State state) {
  switch (state) {
    case DeliveryRecord::State::kPending:
      return "pending";
    case DeliveryRecord::State::kDelivered:
      return "delivered";
    case DeliveryRecord::State::kDead:
      return "dead";
    case DeliveryRecord::State::kNone:
      break;
  }
  return "";
}

std::string encode_delivery(const DeliveryRecord& delivery) {
  v1::StoredDelivery s;
  s.set_message(delivery.message);
  s.set_channel(delivery.channel);
  s.set_state(static_cast<v1::StoredDelivery::State>(delivery.state));
  s.set_attempts(delivery.attempts);
  s.set_code(delivery.code);
  s.set_detail(delivery.detail);
  s.set_first_ms(ms_of(delivery.first));
  s.set_last_ms(ms_of(delivery.last));
  s.set_next_ms(ms_of(delivery.next));
  return s.SerializeAsString();
}

Result<DeliveryRecord> decode_delivery(std::string_view bytes) {
  v1::StoredDelivery s;
  if (!parse_wire(bytes, s) || !v1::StoredDelivery::State_IsValid(s.state()))
    return corrupt("stored bytes are no kip.v1.StoredDelivery");
  return DeliveryRecord{s.message(),
                        s.channel(),
                        static_cast<DeliveryRecord::State>(s.state()),
                        s.attempts(),
                        s.code(),
                        s.detail(),
                        instant_of(s.first_ms()),
                        instant_of(s.last_ms()),
                        instant_of(s.next_ms())};
}

}  // namespace kip
