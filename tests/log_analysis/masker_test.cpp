#include "log_analysis/masker.h"

#include <string>

#include "tests/catch.h"

namespace {

struct Masked {
  std::string text;
  std::size_t place = 0;
};

Masked mask(std::string_view text, std::size_t place) {
  log_analysis::Masker masker(text, place);
  REQUIRE(masker.run());
  return {masker.take_text(), masker.place()};
}

}  // namespace

TEST_CASE("a masker reads once and says where a place went") {
  CHECK(mask("a password=x1 b", 0).text == "a password=*** b");
  CHECK(mask("a password=x1 b", 2).place == 2);
  CHECK(mask("a password=x1 b", 12).place == 11);
  CHECK(mask("a password=x1 b", 13).place == 14);
  CHECK(mask("a password=x1 b", 99).place == 16);
  CHECK_FALSE(log_analysis::Masker("nothing", 0).run());
}

TEST_CASE("what was masked does not speak for what follows") {
  // The quote and the words in the first value say nothing about the second.
  const std::string once = mask("password=\"with password\" kumquat", 0).text;
  CHECK(once == "password=\"***\" kumquat");
  CHECK_FALSE(log_analysis::Masker(once, 0).run());
}
