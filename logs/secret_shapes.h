// What secrets look like: names of keys that hold one, prefixes that services give their tokens, card
// numbers.
#pragma once

#include <cstddef>
#include <string_view>

namespace logs {

// What stands behind a key's separator is secret, and how far.
enum class SecretKey : unsigned char {
  no,
  value,  // one value: password=…
  token,  // one value, unless it is a small number or a word: token=…
  line,   // all that follows, up to the closing quote: Authorization: …, Cookie: …
};

// `name` as written: letters, digits, '_', '-', '.', in any case.
SecretKey secret_key(std::string_view name);

// The length of the token of a known service that starts at `i`, 0 when there is none: "ghp_…", "AKIA…", a
// JWT.
std::size_t known_token(std::string_view text, std::size_t i);

// The length of the card number that starts at `i` (13 to 19 digits, single spaces or dashes between groups,
// the right issuer and Luhn check digit), 0 when there is none. The byte before is no digit.
std::size_t card_number(std::string_view text, std::size_t i);

// The length of a private key block that starts at `i` with "-----BEGIN", to the end of the text when it is
// cut short; 0 when there is none.
std::size_t private_key(std::string_view text, std::size_t i);

}  // namespace logs
