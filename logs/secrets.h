// Masks what must not be kept: passwords, keys, tokens, authorization headers, words of wallets, card
// numbers, credentials in addresses. What it knows and what it cannot know: docs/logs.md.
#pragma once

#include <string>
#include <string_view>

namespace logs {

// `text` with each secret replaced by "***". Safe to apply twice. What stands before `from` is read, since it
// says what follows, but is no part of the answer: so a line is masked as a whole, and its header left out.
std::string mask_secrets(std::string_view text, std::size_t from = 0);
// Masked, then as base::excerpt: a cut must not hide what shows that something is a secret.
std::string masked_excerpt(std::string_view text, std::size_t max_bytes);
// As mask_secrets, without the quick look that spares most lines the closer one. For tests.
std::string mask_closely(std::string_view text, std::size_t from = 0);

}  // namespace logs
