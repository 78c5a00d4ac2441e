#pragma once
// Files as the import reads them: whole, and unpacked where they begin with gzip's magic bytes.

#include <string>
#include <string_view>

#include "base/result.h"

namespace kip {

bool is_gzip(std::string_view bytes);
// All members, one after the other. kInvalid: broken, cut short, or something else behind them.
Result<std::string> gunzip(std::string_view bytes);
// The unpacked content. kNotFound: no such file; kUnavailable: it cannot be read; kInvalid as
// above. Each names the file.
Result<std::string> read_whole(const std::string& file);

}  // namespace kip
