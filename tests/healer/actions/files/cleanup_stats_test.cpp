#include "healer/actions/files/cleanup_stats.h"

#include "tests/catch.h"

using healer::actions::CleanupStats;
using healer::actions::in_bytes;

TEST_CASE("bytes are printed in readable units") {
  CHECK(in_bytes(0) == "0 B");
  CHECK(in_bytes(1023) == "1023 B");
  CHECK(in_bytes(1024) == "1.0 KiB");
  CHECK(in_bytes(5ull << 30) == "5.0 GiB");
  CHECK(in_bytes(5000ull << 40) == "5000.0 TiB");
}

TEST_CASE("what was done is reported, and what gave trouble makes it an error") {
  CleanupStats done{.removed = 2, .packed = 1, .in_use = 3, .freed = 2048, .problems = {}};
  REQUIRE(done.outcome("/logs"));
  CHECK(done.outcome("/logs")->detail ==
        "removed 2, compressed 1, freed 2.0 KiB in /logs; 3 still being written");
  CHECK(CleanupStats{}.outcome("/logs")->detail == "removed 0, freed 0 B in /logs");
  done.in_use = 0;
  done.problems = {"a", "b", "c", "d", "e"};
  CHECK(done.outcome("/logs").error().message ==
        "removed 2, compressed 1, freed 2.0 KiB in /logs; a; b; c; and 2 more problems");
}
