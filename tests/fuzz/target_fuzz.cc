// Targets of HTTP requests: any bytes are a target or an error; what is decoded is valid UTF-8.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.h"
#include "web/target.h"
#include "web/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto target = kip::web::parse_target(bytes);
  if (target && !kip::utf8_valid(target->path)) std::abort();
  static_cast<void>(kip::web::split_path(bytes));
  static_cast<void>(kip::web::percent_decode(bytes, true));
  return 0;
}
