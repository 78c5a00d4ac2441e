#pragma once
// Looks over protobuf bytes before they are parsed, so that a refusal can name the field: strings
// must be UTF-8, and a field of the contract must come in its own wire type (protobuf would take
// another one for an unknown field and lose what was said). Unknown fields are passed over.

#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>

#include "contract/codes.h"

namespace kip {

// `path` is put before the names of fields, "" or "event.".
MaybeRefusal check_wire(std::string_view bytes, const google::protobuf::Descriptor& type,
                        const std::string& path);

}  // namespace kip
