// The door: any bytes under any envelope give exactly one verdict, and what is let in is let in
// again, byte for byte. The first byte chooses the envelope; the rest is the body.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "contract/door.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const kip::Door door{
      kip::DoorOptions{.limits = {},
                       .unit_known = [](std::string_view unit) { return unit == "a"; },
                       .titles_trusted = [](std::string_view) { return false; },
                       .titles_kept = false}};
  kip::Arrival arrival;
  arrival.body = std::string_view(reinterpret_cast<const char*>(data + 1), size - 1);
  arrival.arrived_at = kip::instant_of(1'790'000'000'000);
  arrival.lane = data[0] % 2 == 0 ? kip::Lane::kWork : kip::Lane::kIndicator;
  const char* kinds[] = {"application/protobuf", "application/json", "application/cloudevents+json",
                         ""};
  if (*kinds[data[0] / 2 % 4] != '\0')
    arrival.headers.emplace_back("content-type", kinds[data[0] / 2 % 4]);
  if (data[0] / 8 % 2 == 1) {
    const char* types[] = {"vn.kip.work.v1", "vn.kip.indicator.v1", "vn.kip.source.v1", "other"};
    arrival.headers.emplace_back("ce-specversion", "1.0");
    arrival.headers.emplace_back("ce-type", types[data[0] / 16 % 4]);
    arrival.headers.emplace_back("ce-id", "e-1");
    arrival.headers.emplace_back("ce-source", "urn:s");
    arrival.headers.emplace_back("ce-subject", "HS-%311");
    arrival.headers.emplace_back("ce-time", "2026-11-23T02:00:00Z");
  }
  const kip::Verdict verdict = door.check(arrival);
  if (verdict.accepted.has_value() == verdict.refused.has_value()) std::abort();
  if (verdict.refused && (verdict.refused->code.empty() || verdict.refused->reason.empty()))
    std::abort();
  if (verdict.accepted) {
    const kip::Verdict again = door.check(arrival);
    if (!again.accepted || again.accepted->bytes != verdict.accepted->bytes) std::abort();
    const auto event = kip::decode_stamped(verdict.accepted->bytes);
    if (event.ok() != (verdict.accepted->what == kip::Accepted::What::kEvent)) std::abort();
  }
  static_cast<void>(kip::split_batch(*arrival.body));
  return 0;
}
