#include "base/http/web/basic_auth.h"

#include <crypt.h>

#include "tests/catch.h"

using base::http::BasicAuth;
using base::http::parse_basic;

namespace {

// The cheapest cost there is.
std::string hash_of(const std::string& password,
                    const std::string& setting = "$2b$04$abcdefghijklmnopqrstuu") {
  crypt_data scratch{};
  return crypt_r(password.c_str(), setting.c_str(), &scratch);
}

}  // namespace

TEST_CASE("name and password are read from the header") {
  using Pair = std::pair<std::string, std::string>;
  const auto [header, expected] = GENERATE(table<std::string, std::optional<Pair>>({
      {"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", Pair{"Aladdin", "open sesame"}},
      {"basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", Pair{"Aladdin", "open sesame"}},
      {"Basic YTpiOmM=", Pair{"a", "b:c"}},
      {"Basic Og==", Pair{"", ""}},
      {"Basic YWJj", std::nullopt},  // no colon
      {"Basic", std::nullopt},
      {"Basic ", std::nullopt},
      {"Basic ====", std::nullopt},
      {"Basic YTpi$$$=", std::nullopt},
      {"Basic YTpiO", std::nullopt},
      {"Bearer YTpi", std::nullopt},
      {"", std::nullopt},
  }));
  CAPTURE(header);
  CHECK(parse_basic(header) == expected);
}

TEST_CASE("the right password of a known name is right, everything else is wrong, also when asked again") {
  BasicAuth auth;
  const BasicAuth::Users users{{"alice", hash_of("wonderland")}, {"bob", hash_of("builder")}};
  const auto [name, password, right] = GENERATE(table<std::string, std::string, bool>({
      {"alice", "wonderland", true},
      {"alice", "builder", false},
      {"bob", "builder", true},
      {"carol", "wonderland", false},
      {"", "", false},
      {"alice", std::string("wonderland\0x", 12), false},
  }));
  CAPTURE(name, password);
  CHECK(auth.known(users, name, password) == std::nullopt);
  for (int round = 0; round < 2; ++round) {
    CHECK(auth.check(users, name, password) == right);
    CHECK(auth.known(users, name, password) == right);
  }
}

TEST_CASE("every dialect of bcrypt that tools write is understood") {
  // htpasswd writes $2y$, Go's bcrypt $2a$, newer libraries $2b$.
  for (const char* dialect : {"$2a$", "$2b$", "$2y$"}) {
    const std::string setting = std::string(dialect) + "04$abcdefghijklmnopqrstuu";
    CHECK(BasicAuth().check({{"alice", hash_of("x", setting)}}, "alice", "x"));
    CHECK_FALSE(BasicAuth().check({{"alice", hash_of("x", setting)}}, "alice", "y"));
  }
}

TEST_CASE("what is remembered ends with the hash it was checked against") {
  BasicAuth auth;
  const BasicAuth::Users old_users{{"alice", hash_of("old")}};
  const BasicAuth::Users new_users{{"alice", hash_of("new")}};
  CHECK(auth.check(old_users, "alice", "old"));
  CHECK_FALSE(auth.check(old_users, "alice", "new"));
  CHECK(auth.known(new_users, "alice", "old") == std::nullopt);
  CHECK(auth.known(new_users, "alice", "new") == std::nullopt);
  CHECK(auth.known({{"bob", hash_of("old")}}, "alice", "old") == std::nullopt);
  CHECK(auth.check(new_users, "alice", "new"));
}

TEST_CASE("the newest wrong passwords are remembered, a right one survives any number of them") {
  BasicAuth auth;
  const BasicAuth::Users users{{"alice", hash_of("right")}};
  REQUIRE(auth.check(users, "alice", "right"));
  for (int i = 0; i <= 1024; ++i) auth.check(users, "alice", std::to_string(i));
  CHECK(auth.known(users, "alice", "0") == std::nullopt);
  CHECK(auth.known(users, "alice", "1") == false);
  CHECK(auth.known(users, "alice", "1024") == false);
  CHECK(auth.known(users, "alice", "right") == true);
}
