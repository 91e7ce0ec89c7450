// Expected failures are values: Result<T> holds a T or an Error whose message says, outside-in, what was
// being done and what failed:
//   load healer.yml: playbooks[2].timeout: "5x" is not a duration
#pragma once

#include <fmt/format.h>

#include <expected>
#include <string>
#include <utility>

namespace base {

struct Error {
  std::string message;
};

// A std::expected that may not be dropped silently.
template <class T = void>
class [[nodiscard]] Result : public std::expected<T, Error> {
 public:
  using std::expected<T, Error>::expected;
};

// return base::fail("open {}: {}", path, reason);
template <class... Args>
[[nodiscard]] std::unexpected<Error> fail(fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Error{fmt::format(format, std::forward<Args>(args)...)});
}

// Adds what was being done in front of an error: "load x: " + error.
template <class... Args>
[[nodiscard]] std::unexpected<Error> wrap(const Error& error, fmt::format_string<Args...> format,
                                          Args&&... args) {
  return std::unexpected(Error{fmt::format(format, std::forward<Args>(args)...) + ": " + error.message});
}

}  // namespace base
