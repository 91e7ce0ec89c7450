#include "log_analysis/secret_shapes.h"

#include <fmt/format.h>

#include <string>

#include "tests/catch.h"

using namespace log_analysis;

TEST_CASE("a card number has groups, an issuer and a check digit") {
  CHECK(card_number("4111111111111111", 0) == 16);
  CHECK(card_number("4111-1111-1111-1111 x", 0) == 19);
  CHECK(card_number("x 378282246310005", 2) == 15);
  CHECK(card_number("4111-1111 1111-1111", 0) == 0);
  CHECK(card_number("4111111111111112", 0) == 0);
  CHECK(card_number("0000000000000000", 0) == 0);
  CHECK(card_number("4111111111111111a", 0) == 0);
  CHECK(card_number("411111111111111111111", 0) == 0);
  CHECK(card_number("", 0) == 0);
}

TEST_CASE("a token has its service's prefix, its length and digits") {
  const std::string token = std::string("gh") + "p_abcdefghijklmnopqrst0";
  CHECK(known_token(token, 0) == token.size());
  CHECK(known_token(token + ".", 0) == token.size());
  CHECK(known_token(token.substr(0, 10), 0) == 0);
  CHECK(known_token("plain", 0) == 0);
}

TEST_CASE("a private key ends where its block ends") {
  const std::string begin = fmt::format("-----BEGIN {} KEY-----\nabc\n", "PRIVATE");
  const std::string end = fmt::format("-----END {} KEY-----", "PRIVATE");
  CHECK(private_key(begin + end + " x", 0) == begin.size() + end.size());
  CHECK(private_key(begin, 0) == begin.size());
  CHECK(private_key("-----BEGIN CERTIFICATE-----", 0) == 0);
}

TEST_CASE("32 bytes in hexadecimal are a key or are public, by what the line says of them") {
  const std::string digits = fmt::format("a1b2c3d4{}deadbeef", std::string(48, '7'));
  const auto key = [&](const std::string& before, const std::string& number) {
    return hex_key(before + number, before.size(), 0) == number.size();
  };
  CHECK(key("signing with ", "0x" + digits));
  CHECK(key("", "0x" + digits));
  CHECK(key("private key is ", digits));
  CHECK(key("tx signed with ", "0x" + digits));
  CHECK_FALSE(key("tx ", "0x" + digits));
  CHECK_FALSE(key("transaction hash: ", "0x" + digits));
  CHECK_FALSE(key("public key ", "0x" + digits));
  CHECK_FALSE(key("container ", digits));
  CHECK_FALSE(key("sha256:", digits));
  CHECK_FALSE(key("key ", digits));
  CHECK_FALSE(key("private key ", digits + "0"));
  CHECK(hex_key("private key " + digits, 12, 12) == 0);
}

TEST_CASE("twelve small words in a row without a word of prose are a wallet's") {
  const std::string words =
      "abandon ability able about above absent absorb abstract absurd abuse access zebra";
  CHECK(wallet_words(words, 0) == words.size());
  CHECK(wallet_words(words + " the end", 0) == words.size());
  CHECK(wallet_words("abandon the ability " + words, 0) == 0);
  CHECK(wallet_words("one two three", 0) == 0);
}
