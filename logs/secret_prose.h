// Tells a statement about a secret from the secret: "password: must be changed", "token is expired".
#pragma once

#include <cstddef>
#include <string_view>

namespace logs {

// The letters at `i`, with apostrophes and dashes between them.
std::string_view word_at(std::string_view text, std::size_t i);

// Whether logs use the word, in any case, to speak about secrets: states, nouns of the trade, function words.
bool speaks_of_secrets(std::string_view word);

// Whether a statement starts at `i`: a state, alone or with another such word behind it, or a function word
// with one.
bool is_statement(std::string_view text, std::size_t i);

}  // namespace logs
