#include "exporter/collectors/last_good.h"

#include "tests/catch.h"

using namespace std::chrono_literals;

TEST_CASE("a fact is shown for as long as it holds, and what is no longer wanted is forgotten") {
  exporter::collectors::LastGood<int> known(15s);
  const base::MonoTime start(1h);
  REQUIRE(known.of("a", start) == nullptr);
  known.saw("a", 1, start);
  known.saw("b", 2, start);
  known.saw("a", 3, start + 5s);
  REQUIRE(*known.of("a", start + 20s) == 3);
  REQUIRE(known.of("a", start + 20s + 1ns) == nullptr);
  REQUIRE(*known.of("b", start + 15s) == 2);
  known.keep({"a"});
  REQUIRE(known.of("b", start) == nullptr);
  REQUIRE(*known.of("a", start + 5s) == 3);
}
