// A value, or why there is none.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace healer::reports {

template <class T>
struct Known {
  std::optional<T> value;
  std::string why = "it was not queried";  // the reason if there is no value; a clause

  Known() = default;
  Known(T known) : value(std::move(known)), why() {}  // NOLINT: a value is known
  static Known unknown(std::string reason) {
    Known none;
    none.why = std::move(reason);
    return none;
  }
  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  T& operator*() { return *value; }
  const T* operator->() const { return &*value; }
  T* operator->() { return &*value; }
};

}  // namespace healer::reports
