// Recognises secrets without a name: token prefixes of known services, private keys, wallet phrases, card
// numbers.
#pragma once

#include <cstddef>
#include <string_view>

namespace log_analysis {

// The length of the token of a known service that starts at `i`, 0 when there is none: "ghp_…", "AKIA…", a
// JWT.
std::size_t known_token(std::string_view text, std::size_t i);

// The length of the card number that starts at `i` (13 to 19 digits, single spaces or dashes between groups,
// the right issuer and Luhn check digit), 0 when there is none. The byte before must not be a digit.
std::size_t card_number(std::string_view text, std::size_t i);

// The length of a private key block that starts at `i` with "-----BEGIN", to the end of the text if it is
// truncated; 0 when there is none.
std::size_t private_key(std::string_view text, std::size_t i);

// The length of the private key in hexadecimal digits (32 bytes, with or without 0x) that starts at `i`, 0
// when it is none. Hashes of transactions and blocks, container ids and digests look the same, so the text
// before it, from `floor`, decides.
std::size_t hex_key(std::string_view text, std::size_t i, std::size_t floor);

// The length of the wallet phrase that starts at `i`: 12, 15, 18, 21 or 24 words of three to eight small
// letters, one space between, none of them a common English word. 0 when there is none.
std::size_t wallet_words(std::string_view text, std::size_t i);

}  // namespace log_analysis
