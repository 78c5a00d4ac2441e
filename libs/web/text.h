#pragma once
// Text as it comes over the wire: percent-encoding, the media types that a client takes. Pure
// functions.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kip::web {

// nullopt: a '%' without two hex digits, or bytes that are no UTF-8 once decoded.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

// Which of `offered` an Accept header likes best (RFC 9110, 12.5.1): of equals the first; without a
// header the first of all. Parameters of a type but q, and ranges that cannot be read, are passed
// over. nullopt: it takes none of them.
std::optional<std::size_t> preferred(std::string_view accept,
                                     std::span<const std::string_view> offered);

}  // namespace kip::web
