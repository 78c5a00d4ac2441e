#pragma once
// Result<T>: a value, or an Error that says what the caller must do. For what can happen in
// operation; for our own mistakes there is KIP_CHECK, which stays on in production and ends the
// process.
//
//   Result<Event> r = decode(bytes);
//   if (!r) return r.error();
//   use(*r);
//
// Never thrown, never logged and dropped: handle it or return it. No thread is involved.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

namespace kip {

// Named by the action that is due.
enum class Errc {
  kInvalid,      // the input is wrong: dead letter, or a message to whoever wrote it
  kNotFound,     // nothing there under that name
  kUnavailable,  // not now: retry later
  kFenced,       // somebody else owns this now: drop the shard
  kCorrupt,      // what was stored cannot be trusted: stop, tell a person
};

struct Error {
  Errc code = Errc::kInvalid;
  std::string message;  // for a person; names the field, file or key
};

inline Error invalid(std::string message) { return {Errc::kInvalid, std::move(message)}; }
inline Error corrupt(std::string message) { return {Errc::kCorrupt, std::move(message)}; }
inline Error unavailable(std::string message) { return {Errc::kUnavailable, std::move(message)}; }
inline Error not_found(std::string message) { return {Errc::kNotFound, std::move(message)}; }

[[noreturn]] inline void check_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "kip: check failed: %s (%s:%d)\n", what, file, line);
  std::abort();
}
#define KIP_CHECK(cond) \
  ((cond) ? static_cast<void>(0) : ::kip::check_failed(#cond, __FILE__, __LINE__))

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by intent
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    KIP_CHECK(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    KIP_CHECK(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    KIP_CHECK(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    KIP_CHECK(!ok());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

// Success carries nothing.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT
  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const {
    KIP_CHECK(!ok_);
    return error_;
  }

 private:
  Error error_;
  bool ok_ = true;
};

using Status = Result<void>;

}  // namespace kip
