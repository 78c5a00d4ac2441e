#include "contract/wire_check.h"

#include <google/protobuf/wire_format.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "base/utf8.h"

namespace kip {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormat;
using google::protobuf::internal::WireFormatLite;

constexpr int kGroupDepthMax = 100;  // protobuf's own

MaybeRefusal broken() {
  return Refusal{code::kNotProtobuf, "body", "the body is no protobuf message of the contract"};
}

class Wire {
 public:
  explicit Wire(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }

  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 70 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    return std::nullopt;
  }

  std::optional<std::string_view> bytes(std::uint64_t n) {
    if (n > rest_.size()) return std::nullopt;
    const std::string_view taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }

  // The content of a length-delimited field.
  std::optional<std::string_view> block() {
    const auto n = varint();
    return n ? bytes(*n) : std::nullopt;
  }

  // Over the value of an unknown field whose tag has been read.
  bool skip(std::uint32_t tag, int depth) {
    switch (tag & 7) {
      case WireFormatLite::WIRETYPE_VARINT:
        return varint().has_value();
      case WireFormatLite::WIRETYPE_FIXED64:
        return bytes(8).has_value();
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED:
        return block().has_value();
      case WireFormatLite::WIRETYPE_START_GROUP:
        return skip_group(tag, depth);
      case WireFormatLite::WIRETYPE_FIXED32:
        return bytes(4).has_value();
      default:
        return false;
    }
  }

  std::optional<std::uint32_t> tag() {
    const auto value = varint();
    if (!value || *value > UINT32_MAX || *value >> 3 == 0) return std::nullopt;
    return static_cast<std::uint32_t>(*value);
  }

 private:
  bool skip_group(std::uint32_t start, int depth) {
    const std::uint32_t end = start + 1;  // the same number with WIRETYPE_END_GROUP
    while (depth < kGroupDepthMax) {
      const auto inner = tag();
      if (!inner) return false;
      if (*inner == end) return true;
      if (!skip(*inner, depth + 1)) return false;
    }
    return false;
  }

  std::string_view rest_;
};

MaybeRefusal check_block(std::string_view block, const FieldDescriptor& field,
                         const std::string& path) {
  if (field.type() == FieldDescriptor::TYPE_STRING && !utf8_valid(block)) {
    const std::string name = path + field.name();
    return Refusal{code::kBadUtf8, name, name + " is not valid UTF-8"};
  }
  if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
    return check_wire(block, *field.message_type(), path + field.name() + ".");
  }
  return std::nullopt;
}

}  // namespace

MaybeRefusal check_wire(std::string_view bytes, const google::protobuf::Descriptor& type,
                        const std::string& path) {
  Wire wire(bytes);
  MaybeRefusal first;  // told only if the rest is protobuf: other bytes can begin like it
  while (!wire.empty()) {
    const auto tag = wire.tag();
    if (!tag) return broken();
    const auto* field = type.FindFieldByNumber(static_cast<int>(*tag >> 3));
    if (field == nullptr) {
      if (!wire.skip(*tag, 0)) return broken();
      continue;
    }
    if (*tag != WireFormat::MakeTag(field)) {
      if (!wire.skip(*tag, 0)) return broken();
      const std::string name = path + field->name();
      if (!first) {
        first = Refusal{code::kWrongType, name,
                        name + " comes in another protobuf wire type than the contract's"};
      }
      continue;
    }
    if ((*tag & 7) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!wire.skip(*tag, 0)) return broken();
      continue;
    }
    const auto block = wire.block();
    if (!block) return broken();
    auto refusal = check_block(*block, *field, path);
    if (refusal && refusal->code == code::kNotProtobuf) return refusal;
    if (refusal && !first) first = std::move(refusal);
  }
  return first;
}

}  // namespace kip
