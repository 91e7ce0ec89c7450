// Masks secrets: passwords, keys, tokens, authorization headers, wallet phrases, card numbers, credentials in
// URLs. Coverage and limits are in docs/logs.md.
#pragma once

#include <string>
#include <string_view>

namespace log_analysis {

// `text` with each secret replaced by "***". Idempotent. The text before `from` is read as context but not
// returned, so a line can be masked as a whole and its header left out.
std::string mask_secrets(std::string_view text, std::size_t from = 0);
// Masks, then cuts as base::excerpt does. In this order, because a cut could remove the context that
// identifies a secret.
std::string masked_excerpt(std::string_view text, std::size_t max_bytes);
// As mask_secrets, without the fast pre-check. For tests.
std::string mask_closely(std::string_view text, std::size_t from = 0);

}  // namespace log_analysis
