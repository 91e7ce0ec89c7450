#include "log_analysis/level_rules.h"

#include <thread>

#include "tests/catch.h"

using namespace log_analysis;

TEST_CASE("the first rule that matches gives the level, in the order they are written") {
  const auto rules = LevelRules::compile({{"(?i)margin call", Level::critical, ""},
                                          {"^risk: .*ignored$", Level::info, ""},
                                          {"risk", Level::warning, ""},
                                          {"\\bE\\d{4}\\b", Level::error, ""}});
  REQUIRE(rules);
  LevelMatcher matcher(*rules);
  CHECK(matcher.level("a MARGIN CALL and a risk") == Level::critical);
  CHECK(matcher.level("risk: limit ignored") == Level::info);
  CHECK(matcher.level("risk: limit kept") == Level::warning);
  CHECK(matcher.level("code E1234 seen") == Level::error);
  CHECK(matcher.level("code E12345 seen") == std::nullopt);
  CHECK(matcher.level("") == std::nullopt);
  CHECK(matcher.level(std::string_view("\0\xff risk", 7)) == Level::warning);
}

TEST_CASE("a bad pattern is refused with its place and the reason, all of them at once") {
  const auto rules =
      LevelRules::compile({{"fine", Level::error, "a.yml:3: logs.files[0].levels[0].pattern"},
                           {"(open", Level::error, "a.yml:4: logs.files[0].levels[1].pattern"},
                           {"(a)\\1", Level::error, "a.yml:5: logs.files[0].levels[2].pattern"},
                           {"", Level::error, "a.yml:6: logs.files[0].levels[3].pattern"}},
                          "(?=x)", "a.yml:7: logs.files[0].start");
  REQUIRE_FALSE(rules);
  const std::string message = rules.error().message;
  INFO(message);
  CHECK(message.find("a.yml:3") == std::string::npos);
  CHECK(message.find("a.yml:4: logs.files[0].levels[1].pattern: \"(open\" is not a valid pattern: ") !=
        std::string::npos);
  CHECK(message.find("a.yml:5") != std::string::npos);
  CHECK(message.find("a.yml:6: logs.files[0].levels[3].pattern: an empty pattern") != std::string::npos);
  CHECK(message.find("a.yml:7: logs.files[0].start: ") != std::string::npos);
}

TEST_CASE("one pattern can be checked by itself") {
  CHECK(check_pattern("a|b{2,3}[^c]"));
  CHECK_FALSE(
      check_pattern("a{2"
                    "}{"
                    "3}(?<!x)"));
  CHECK_FALSE(check_pattern(""));
  CHECK_FALSE(check_pattern(std::string_view("a\0b", 3)));
  CHECK_FALSE(check_pattern("[z-a]"));
}

TEST_CASE("no rules match nothing") {
  LevelMatcher none(nullptr);
  CHECK(none.level("ERROR") == std::nullopt);
  CHECK_FALSE(none.has_start());
  CHECK_FALSE(none.starts("x"));
  const auto empty = LevelRules::compile({});
  REQUIRE(empty);
  CHECK_FALSE((*empty)->has_levels());
  LevelMatcher matcher(*empty);
  CHECK(matcher.level("ERROR") == std::nullopt);
}

TEST_CASE("a start pattern is asked apart from the levels") {
  const auto rules = LevelRules::compile({{"lost", Level::error, ""}}, "^\\[");
  REQUIRE(rules);
  CHECK((*rules)->has_start());
  LevelMatcher matcher(*rules);
  CHECK(matcher.starts("[1] x"));
  CHECK_FALSE(matcher.starts("x [1]"));
  CHECK(matcher.level("[1] x") == std::nullopt);
}

TEST_CASE("threads share rules, each with a matcher of its own") {
  const auto rules = LevelRules::compile({{"lost", Level::error, ""}});
  REQUIRE(rules);
  int right = 0;
  {
    std::jthread other([&, shared = *rules] {
      LevelMatcher matcher(shared);
      for (int i = 0; i < 1000; ++i) right += matcher.level("x lost") == Level::error ? 1 : 0;
    });
    LevelMatcher matcher(*rules);
    for (int i = 0; i < 1000; ++i) REQUIRE(matcher.level("x") == std::nullopt);
  }
  CHECK(right == 1000);
}
