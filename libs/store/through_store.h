#pragma once
// A store that reads from another one; what a write means is the derived one's.

#include "store/store.h"

namespace kip {

class ThroughStore : public Store {
 public:
  Result<std::optional<std::string>> get(Table table, std::string_view key) const final {
    return under(table).get(table, key);
  }
  Status scan(Table table, std::string_view from, std::string_view until,
              const Visit& visit) const final {
    return under(table).scan(table, from, until, visit);
  }
  Result<std::optional<std::string>> last_key(Table table, std::string_view from,
                                              std::string_view until) const final {
    return under(table).last_key(table, from, until);
  }

 private:
  virtual const Store& under(Table table) const = 0;
};

}  // namespace kip
