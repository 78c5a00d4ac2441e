#pragma once
// The head of an answer as bytes: status line, the handler's headers, and what the server adds.
// Pure functions.

#include <ctime>
#include <string>
#include <string_view>

#include "web/server.h"

namespace kip::web {

// "Not Found"; "Unknown" where RFC 9110 and its neighbours name none.
std::string_view reason_phrase(int status);

// 1xx, 204 and 304 have no body, whatever the handler gave.
bool has_body(int status);

// Ends with the empty line. Control characters in a handler's values become spaces: a value that
// came from a stranger cannot begin a header of its own.
std::string head_of(const Response& response, std::time_t now, bool keep_alive);

}  // namespace kip::web
