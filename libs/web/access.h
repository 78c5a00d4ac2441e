#pragma once
// Who may ask: the token file and its bearer tokens (RFC 6750). Only SHA-256 of a token is kept.
// Read once at start, never changed: any thread may ask.
//
// File, one token a line, mode 0640 or stricter:
//   NAME TOKEN      # a name may have several tokens, so that one can be exchanged without a gap

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"

namespace kip::web {

class Access {
 public:
  // kInvalid with file:line and what to do; never with a token in it.
  static Result<Access> load(const std::string& file);

  // The name of the token in the value of an Authorization header; nullopt: none of ours. Takes the
  // same time for every wrong token of a length.
  std::optional<std::string> principal(std::string_view authorization) const;

 private:
  struct Token {
    std::string name;
    Sha256 digest;
  };
  Status add(std::string_view line);

  std::vector<Token> tokens_;
};

}  // namespace kip::web
