// What secrets look like whatever their name: prefixes that services give their tokens, private keys, words
// of a wallet, card numbers.
#pragma once

#include <cstddef>
#include <string_view>

namespace logs {

// The length of the token of a known service that starts at `i`, 0 when there is none: "ghp_…", "AKIA…", a
// JWT.
std::size_t known_token(std::string_view text, std::size_t i);

// The length of the card number that starts at `i` (13 to 19 digits, single spaces or dashes between groups,
// the right issuer and Luhn check digit), 0 when there is none. The byte before is no digit.
std::size_t card_number(std::string_view text, std::size_t i);

// The length of a private key block that starts at `i` with "-----BEGIN", to the end of the text when it is
// cut short; 0 when there is none.
std::size_t private_key(std::string_view text, std::size_t i);

// The length of the private key in hexadecimal digits (32 bytes, with or without 0x) that starts at `i`, 0
// when it is none. Hashes of transactions and blocks, ids of containers and digests look the same: what the
// line says before, from `floor` on, decides.
std::size_t hex_key(std::string_view text, std::size_t i, std::size_t floor);

// The length of the words of a wallet that start at `i`: 12, 15, 18, 21 or 24 words of three to eight small
// letters, one space between, none of them a word that English sentences are full of. 0 when there are none.
std::size_t wallet_words(std::string_view text, std::size_t i);

}  // namespace logs
