// Masks what must not be kept: tokens, keys, passwords, authorization headers, card numbers, credentials in
// URLs.
#pragma once

#include <string>
#include <string_view>

namespace logs {

// `text` with each secret replaced by "***". Safe to apply twice.
std::string mask_secrets(std::string_view text);

}  // namespace logs
