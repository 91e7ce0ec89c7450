// Base64 (RFC 4648), by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace base {

// With padding, on one line.
std::string base64(std::string_view bytes);

}  // namespace base
