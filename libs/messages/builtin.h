#pragma once
// The templates as shipped in deploy/config/messages, carried by the program.

#include <map>
#include <string>
#include <string_view>

namespace kip {

// "vi/alerts.subject.mustache" -> text
const std::map<std::string, std::string_view, std::less<>>& shipped_templates();

}  // namespace kip
