#pragma once
// What the server serves: routes and access together. Given the head of a request it says what is
// due: a refusal, or a handler and how large a body it takes. Fixed at start: any thread may ask.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/access.h"
#include "web/server.h"
#include "web/target.h"

namespace kip::web {

struct Plan {
  const Handler* handler = nullptr;  // none: `refusal` is the answer
  std::size_t body_max = 0;
  Request request;  // all but the body
  Response refusal;
};

class Site {
 public:
  Site(Router routes, std::optional<Access> access);

  // `head` has method and headers.
  Plan plan(Request head, std::string_view target) const;

 private:
  using Route = Router::Route;
  bool is_open(const Target& target) const;
  // nullptr: none of that method. HEAD falls back to GET.
  const Route* find(std::string_view method, const Target& target) const;
  std::string allowed(const Target& target) const;  // "GET, HEAD, POST"; empty: no such path

  Router routes_;
  std::optional<Access> access_;
};

}  // namespace kip::web
