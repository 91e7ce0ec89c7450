#include "logs/secret_shapes.h"

#include <catch2/catch.hpp>
#include <string>

using namespace logs;

TEST_CASE("a key is secret by the end of its name") {
  CHECK(secret_key("DB_PASSWORD") == SecretKey::value);
  CHECK(secret_key("x-api-key") == SecretKey::value);
  CHECK(secret_key("accessToken") == SecretKey::token);
  CHECK(secret_key("Proxy-Authorization") == SecretKey::line);
  CHECK(secret_key("db_pass") == SecretKey::value);
  for (const auto* name :
       {"", "p", "key", "monkey", "bypass", "tokens", "author", "passwords", "secretary"}) {
    INFO(name);
    CHECK(secret_key(name) == SecretKey::no);
  }
}

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
  const std::string begin = std::string("-----BEGIN ") + "PRIVATE KEY-----\nabc\n";
  const std::string end = std::string("-----END ") + "PRIVATE KEY-----";
  CHECK(private_key(begin + end + " x", 0) == begin.size() + end.size());
  CHECK(private_key(begin, 0) == begin.size());
  CHECK(private_key("-----BEGIN CERTIFICATE-----", 0) == 0);
}
