#pragma once
// Rows of a terminal in columns as wide as they need to be; the first to the left, the others to
// the right; and text in lines. Pure.

#include <string>
#include <vector>

namespace kip {

using TextRow = std::vector<std::string>;  // the first one is its name
std::string aligned(const std::vector<TextRow>& rows);
// Lines of at most a hundred columns, each with its end; a longer word stands alone.
std::string wrapped(const std::string& text);

}  // namespace kip
