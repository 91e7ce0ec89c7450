#include "base/crypto/sha256.h"

#include "tests/catch.h"

// Source: FIPS 180-2, appendix B, and the empty message.
TEST_CASE("SHA-256 of the standard's own examples") {
  const auto [text, expected] = GENERATE(table<const char*, const char*>({
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
  }));
  REQUIRE(base::sha256(text) == expected);
}

TEST_CASE("pieces give what the whole gives") {
  base::Sha256 hash;
  hash.update("a");
  hash.update("");
  hash.update("bc");
  REQUIRE(hash.finish() == base::sha256("abc"));
}
