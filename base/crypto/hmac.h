// HMAC with SHA-256 (RFC 2104), by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace base {

// 64 lower-case hex digits.
std::string hmac_sha256(std::string_view key, std::string_view message);

}  // namespace base
