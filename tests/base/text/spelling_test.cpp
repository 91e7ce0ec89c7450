#include "base/text/spelling.h"

#include <string>

#include "tests/catch.h"

TEST_CASE("a misspelt word gets the nearest known one") {
  const auto [word, answer] = GENERATE(table<std::string, std::string>({
      {"recieve", " (did you mean \"receive\"?)"},
      {"timout", " (did you mean \"timeout\"?)"},
      {"Timeout", " (did you mean \"timeout\"?)"},
      {"timeouts", " (did you mean \"timeout\"?)"},
      {"playboks", " (did you mean \"playbooks\"?)"},
      {"something", ""},
      {"x", ""},
      {"", ""},
  }));
  CHECK(base::did_you_mean(word, {"receive", "timeout", "playbooks", "on"}) == answer);
}

TEST_CASE("a word of absurd length gets no guess") {
  CHECK(base::did_you_mean(std::string(100'000, 'a'), {"receive"}).empty());
}
