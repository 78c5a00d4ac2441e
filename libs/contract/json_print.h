#pragma once
// Protobuf's JSON, written quickly: what a view or an alert of ours is made of, in snake_case,
// compact, unset fields absent; five times as fast as the library's printer, which goes by way of
// the message's bytes (decision 44). Pure; any thread.

#include <google/protobuf/message.h>

#include <string>

namespace kip {

// Appends `message` as the library would print it, byte for byte. False: something in it is none of
// the usual (bytes, maps, letters beyond Vietnamese, times beyond four-digit years); `out` has its
// first part then, and the library must print it.
bool print_json(const google::protobuf::Message& message, std::string& out);

}  // namespace kip
