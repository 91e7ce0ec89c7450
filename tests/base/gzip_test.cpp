#include "base/gzip.h"

#include <catch2/catch.hpp>

#include "tests/base/gunzip.h"

TEST_CASE("what is packed is unpacked to the same") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "x", std::string(1 << 20, 'a'), std::string("\0\xff\n", 3));
  const auto packed = base::gzip(text);
  REQUIRE(packed);
  CHECK(tests::gunzip(*packed) == text);
}

TEST_CASE("what repeats itself shrinks, and what cannot shrink hardly grows") {
  std::string page;
  std::string noise;
  std::uint32_t random = 1;
  for (int i = 0; i < 1000; ++i) {
    page += "salus_subsystem_state_present{subsystem=\"part_" + std::to_string(i) + "\"} 1\n";
    random = random * 1664525u + 1013904223u;
    noise += static_cast<char>(random >> 24);
  }
  CHECK(base::gzip(page)->size() < page.size() / 10);
  CHECK(base::gzip(noise)->size() < noise.size() + 100);
  CHECK(tests::gunzip(*base::gzip(noise)) == noise);
}
