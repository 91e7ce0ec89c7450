#include "base/basic_auth.h"

#include <crypt.h>

#include <catch2/catch.hpp>
#include <future>
#include <latch>
#include <thread>

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
    CHECK(auth.check(users, "alice", "wonderland", "10.0.0.1") == Verdict::kRight);
    CHECK(auth.check(users, "alice", "builder", "10.0.0.1") == Verdict::kWrong);
    CHECK(auth.check(users, "bob", "builder", "10.0.0.1") == Verdict::kRight);
    CHECK(auth.check(users, "carol", "wonderland", "10.0.0.1") == Verdict::kWrong);
    CHECK(auth.check(users, "", "", "10.0.0.1") == Verdict::kWrong);
    CHECK(auth.check(users, "alice", std::string("wonderland\0x", 12), "10.0.0.1") == Verdict::kWrong);
  }
}

TEST_CASE("every dialect of bcrypt that tools write is understood") {
  // htpasswd writes $2y$, Go's bcrypt $2a$, newer libraries $2b$.
  for (const char* dialect : {"$2a$", "$2b$", "$2y$"}) {
    const std::string setting = std::string(dialect) + "04$abcdefghijklmnopqrstuu";
    CHECK(BasicAuth().check({{"alice", hash_of("x", setting)}}, "alice", "x", "10.0.0.1") == Verdict::kRight);
    CHECK(BasicAuth().check({{"alice", hash_of("x", setting)}}, "alice", "y", "10.0.0.1") == Verdict::kWrong);
  }
}

TEST_CASE("what is remembered ends with the hash it was checked against") {
  BasicAuth auth;
  CHECK(auth.check({{"alice", hash_of("old")}}, "alice", "old", "10.0.0.1") == Verdict::kRight);
  CHECK(auth.check({{"alice", hash_of("new")}}, "alice", "old", "10.0.0.1") == Verdict::kWrong);
  CHECK(auth.check({{"bob", hash_of("old")}}, "alice", "old", "10.0.0.1") == Verdict::kWrong);
  CHECK(auth.check({{"alice", hash_of("new")}}, "alice", "new", "10.0.0.1") == Verdict::kRight);
}

TEST_CASE("guesses hold up nobody who is known") {
  BasicAuth auth;
  const BasicAuth::Users users{{"alice", hash_of("right", "$2b$10$abcdefghijklmnopqrstuu")}};
  REQUIRE(auth.check(users, "alice", "right", "10.0.0.1") == Verdict::kRight);
  std::latch begin(17);
  std::vector<std::future<Verdict>> guesses;
  for (int i = 0; i < 16; ++i) {
    guesses.push_back(std::async(std::launch::async, [&] {
      begin.arrive_and_wait();
      return auth.check(users, "alice", "wrong", "10.0.0.1");
    }));
  }
  begin.arrive_and_wait();
  CHECK(auth.check(users, "alice", "right", "10.0.0.1") == Verdict::kRight);
  for (auto& guess : guesses) {
    const Verdict verdict = guess.get();
    CHECK((verdict == Verdict::kWrong || verdict == Verdict::kBusy));
  }
}

TEST_CASE("guesses from one address leave room for who comes from another for the first time") {
  BasicAuth auth;
  const BasicAuth::Users users{{"alice", hash_of("right", "$2b$06$abcdefghijklmnopqrstuu")}};
  std::latch crowded(4);
  std::vector<std::jthread> guessers;
  for (int i = 0; i < 4; ++i) {
    guessers.emplace_back([&](const std::stop_token& stop) {
      // Who is not let in knows that the others are.
      while (auth.check(users, "alice", "wrong", "10.0.0.1") != Verdict::kBusy) continue;
      crowded.count_down();
      while (!stop.stop_requested()) {
        if (auth.check(users, "alice", "wrong", "10.0.0.1") == Verdict::kBusy) std::this_thread::yield();
      }
    });
  }
  crowded.wait();
  CHECK(auth.check(users, "alice", "right", "10.0.0.2") == Verdict::kRight);
}
