#include "base/basic_auth.h"

#include <crypt.h>

#include <catch2/catch.hpp>
#include <future>
#include <latch>

using base::http::BasicAuth;
using base::http::parse_basic;
using Verdict = BasicAuth::Verdict;

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
  for (int round = 0; round < 2; ++round) {
    CHECK(auth.check(users, "alice", "wonderland") == Verdict::kRight);
    CHECK(auth.check(users, "alice", "builder") == Verdict::kWrong);
    CHECK(auth.check(users, "bob", "builder") == Verdict::kRight);
    CHECK(auth.check(users, "carol", "wonderland") == Verdict::kWrong);
    CHECK(auth.check(users, "", "") == Verdict::kWrong);
    CHECK(auth.check(users, "alice", std::string("wonderland\0x", 12)) == Verdict::kWrong);
  }
}

TEST_CASE("every dialect of bcrypt that tools write is understood") {
  // htpasswd writes $2y$, Go's bcrypt $2a$, newer libraries $2b$.
  for (const char* dialect : {"$2a$", "$2b$", "$2y$"}) {
    const std::string setting = std::string(dialect) + "04$abcdefghijklmnopqrstuu";
    CHECK(BasicAuth().check({{"alice", hash_of("x", setting)}}, "alice", "x") == Verdict::kRight);
    CHECK(BasicAuth().check({{"alice", hash_of("x", setting)}}, "alice", "y") == Verdict::kWrong);
  }
}

TEST_CASE("what is remembered ends with the hash it was checked against") {
  BasicAuth auth;
  CHECK(auth.check({{"alice", hash_of("old")}}, "alice", "old") == Verdict::kRight);
  CHECK(auth.check({{"alice", hash_of("new")}}, "alice", "old") == Verdict::kWrong);
  CHECK(auth.check({{"bob", hash_of("old")}}, "alice", "old") == Verdict::kWrong);
  CHECK(auth.check({{"alice", hash_of("new")}}, "alice", "new") == Verdict::kRight);
}

TEST_CASE("guesses hold up nobody who is known") {
  BasicAuth auth;
  const BasicAuth::Users users{{"alice", hash_of("right", "$2b$10$abcdefghijklmnopqrstuu")}};
  REQUIRE(auth.check(users, "alice", "right") == Verdict::kRight);
  std::latch begin(17);
  std::vector<std::future<Verdict>> guesses;
  for (int i = 0; i < 16; ++i) {
    guesses.push_back(std::async(std::launch::async, [&] {
      begin.arrive_and_wait();
      return auth.check(users, "alice", "wrong");
    }));
  }
  begin.arrive_and_wait();
  CHECK(auth.check(users, "alice", "right") == Verdict::kRight);
  for (auto& guess : guesses) {
    const Verdict verdict = guess.get();
    CHECK((verdict == Verdict::kWrong || verdict == Verdict::kBusy));
  }
}
