#pragma once
// What a mail server takes for an address: stricter than RFC 5322, because it stands in the head of
// a mail and in an SMTP command; nothing in it may begin a line or a word of its own. Pure.

#include <string_view>

namespace kip {

// A dot-atom of ASCII, '@' and the name of a host: no quotes, no comments, no address in brackets.
bool mail_address_valid(std::string_view address);
// Labels of letters, digits and hyphens (RFC 1123), one at least, in all at most 253 bytes.
bool host_name_valid(std::string_view name);

}  // namespace kip
