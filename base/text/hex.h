// Hexadecimal text.
#pragma once

#include <string>
#include <string_view>

namespace base {

// The value of a hexadecimal digit, in lower or upper case; -1 when it is none.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Two lower-case digits for each byte.
std::string hex(std::string_view bytes);

}  // namespace base
