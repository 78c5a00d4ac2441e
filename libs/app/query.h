#pragma once
// The query parameters of one request, read strictly: what is wrong becomes one 400 that names each
// mistake, for an unknown name or word with the nearest known one.
//
//   Query query(request, {"unit", "limit"});
//   const auto unit = query.text("unit");
//   const std::size_t limit = query.limit();
//   if (auto refusal = query.refusal()) return *refusal;
//
// Pure; of one thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/registry.h"
#include "web/server.h"

namespace kip {

class Query {
 public:
  // `names`: those that the route knows.
  Query(const web::Request& request, std::vector<std::string> names);

  // None: absent, or wrong and noted.
  std::optional<std::string> text(std::string_view name) const;
  // A word of `words`; the enum's own name in JSON ("WORK_KIND_TASK") counts as its last part.
  std::optional<std::string> word(std::string_view name, const std::vector<std::string>& words,
                                  std::string_view enum_prefix = "");
  // A unit that the directory knows, or "unassigned".
  std::optional<std::string> unit(std::string_view name, const Registry& registry);
  std::size_t limit();                  // 1 to 1000, 100 where absent
  std::optional<std::string> cursor();  // the bytes that were given to cursor_text()
  void wrong(std::string_view name, const std::string& why);
  std::optional<web::Response> refusal() const;

 private:
  const web::Request& request_;
  web::Fields errors_;
};

// Opaque, safe in a URL.
std::string cursor_text(std::string_view bytes);

}  // namespace kip
