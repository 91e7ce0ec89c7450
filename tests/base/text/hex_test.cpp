#include "base/text/hex.h"

#include "tests/catch.h"

TEST_CASE("bytes become two lower-case digits each") {
  CHECK(base::hex("").empty());
  CHECK(base::hex(std::string("\0\x0f\xa5\xff", 4)) == "000fa5ff");
}

TEST_CASE("a hexadecimal digit has a value in either case") {
  CHECK(base::hex_digit('0') == 0);
  CHECK(base::hex_digit('9') == 9);
  CHECK(base::hex_digit('a') == 10);
  CHECK(base::hex_digit('F') == 15);
  for (const char c : {'/', ':', '@', 'G', '`', 'g', '\0', '\xff'}) CHECK(base::hex_digit(c) == -1);
}
