#include "contract/chunks.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <array>
#include <climits>

#include "contract/proto_values.h"
#include "kip/v1/state.pb.h"

namespace kip {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

}  // namespace

std::string encode_chunk(const std::vector<std::string>& events) {
  // Written as it stands on the wire: a message would first copy every event.
  constexpr int kEvents = v1::HistoryChunk::kEventsFieldNumber;
  std::size_t size = 0;
  for (const std::string& event : events)
    size += WireFormatLite::TagSize(kEvents, WireFormatLite::TYPE_BYTES) +
            WireFormatLite::BytesSize(event);
  std::string out(size, '\0');
  auto* at = reinterpret_cast<std::uint8_t*>(out.data());
  for (const std::string& event : events) {
    at = WireFormatLite::WriteTagToArray(kEvents, WireFormatLite::WIRETYPE_LENGTH_DELIMITED, at);
    at = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(event.size()), at);
    at = std::copy(event.begin(), event.end(), at);
  }
  return out;
}

Result<std::vector<std::string>> decode_chunk(std::string_view bytes) {
  v1::HistoryChunk chunk;
  if (!parse_wire(bytes, chunk)) return corrupt("stored bytes are no kip.v1.HistoryChunk");
  std::vector<std::string> out;
  out.reserve(static_cast<std::size_t>(chunk.events_size()));
  for (std::string& event : *chunk.mutable_events()) out.push_back(std::move(event));
  return out;
}

bool waited_in_format_3(std::string_view chunk, std::uint64_t number, std::string_view item) {
  v1::HistoryChunk events;
  v1::StoredItem stored;
  if (!parse_wire(chunk, events) || !parse_wire(item, stored)) return false;  // others say that
  return events.offsets_size() != 0 &&
         number >= std::max<std::uint64_t>(stored.history_next(), stored.chunks());
}

namespace {

constexpr std::uint32_t kWaitingTag = WireFormatLite::MakeTag(
    v1::BacklogBlock::kWaitingFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr std::uint32_t kOffsetTag = WireFormatLite::MakeTag(
    v1::BacklogBlock::Waiting::kOffsetFieldNumber, WireFormatLite::WIRETYPE_VARINT);
constexpr std::uint32_t kEventTag = WireFormatLite::MakeTag(
    v1::BacklogBlock::Waiting::kEventFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);

}  // namespace

// On the wire at once, and back without a copy: a backlog is read at a million events a second.
void append_waiting(std::string& block, const WaitingEvent& event) {
  std::array<std::uint8_t, 32> head{};
  std::uint8_t* inner = head.data() + 10;  // tag and length come before it
  std::uint8_t* end = CodedOutputStream::WriteTagToArray(kOffsetTag, inner);
  end = CodedOutputStream::WriteVarint64ToArray(event.offset, end);
  end = CodedOutputStream::WriteTagToArray(kEventTag, end);
  end = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(event.stamped.size()),
                                                end);
  const auto size = static_cast<std::size_t>(end - inner) + event.stamped.size();
  std::array<std::uint8_t, 10> outer{};
  std::uint8_t* outer_end = CodedOutputStream::WriteTagToArray(kWaitingTag, outer.data());
  outer_end = CodedOutputStream::WriteVarint32ToArray(static_cast<std::uint32_t>(size), outer_end);
  block.append(reinterpret_cast<const char*>(outer.data()),
               static_cast<std::size_t>(outer_end - outer.data()));
  block.append(reinterpret_cast<const char*>(inner), static_cast<std::size_t>(end - inner));
  block.append(event.stamped);
}

Result<std::vector<WaitingEvent>> decode_backlog(std::string_view block) {
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(block.data()),
                                            static_cast<int>(block.size()));
  std::vector<WaitingEvent> out;
  while (in.ReadTag() == kWaitingTag) {
    std::uint32_t size = 0, event = 0;
    WaitingEvent one;
    const void* bytes = nullptr;
    int left = 0;
    const bool read = in.ReadVarint32(&size) && in.ReadTag() == kOffsetTag &&
                      in.ReadVarint64(&one.offset) && in.ReadTag() == kEventTag &&
                      in.ReadVarint32(&event);
    if (!read || event > INT_MAX) return corrupt("stored bytes are no kip.v1.BacklogBlock");
    in.GetDirectBufferPointerInline(&bytes, &left);
    if (!in.Skip(static_cast<int>(event))) return corrupt("a block of the backlog is cut short");
    one.stamped = {static_cast<const char*>(bytes), event};
    out.push_back(one);
  }
  if (!in.ConsumedEntireMessage() || static_cast<std::size_t>(in.CurrentPosition()) != block.size())
    return corrupt("stored bytes are no kip.v1.BacklogBlock");
  return out;
}

}  // namespace kip
