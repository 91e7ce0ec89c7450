// Distinguishes a statement about a secret from the secret itself: "password: must be changed", "token is
// expired".
#pragma once

#include <cstddef>
#include <string_view>

namespace log_analysis {

// The letters at `i`, with apostrophes and dashes between them.
std::string_view word_at(std::string_view text, std::size_t i);

// Whether the word, in any case, is used in log statements about secrets: states, technical nouns, function
// words.
bool speaks_of_secrets(std::string_view word);

// Whether a statement starts at `i`: a state, alone or followed by another such word, or a function word
// followed by one.
bool is_statement(std::string_view text, std::size_t i);

}  // namespace log_analysis
