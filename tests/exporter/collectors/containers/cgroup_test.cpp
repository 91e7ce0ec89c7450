#include "exporter/collectors/containers/cgroup.h"

#include "tests/catch.h"
#include "tests/exporter/golden.h"

using exporter::collectors::CgroupRoots;
using exporter::collectors::read_cgroup;

TEST_CASE("usage is read from control groups of version 2") {
  const auto usage =
      read_cgroup({tests::fixture("cgroup/v2/proc"), tests::fixture("cgroup/v2/sys")}, 42, "abc123");
  REQUIRE(usage);
  REQUIRE(usage->cpu_seconds == Approx(2.5));
  REQUIRE(usage->working_set_bytes == 1'000'000);
}

TEST_CASE("usage is read from control groups of version 1, also where version 2 is mounted beside it") {
  const auto usage =
      read_cgroup({tests::fixture("cgroup/v1/proc"), tests::fixture("cgroup/v1/sys")}, 42, "abc123");
  REQUIRE(usage);
  REQUIRE(usage->cpu_seconds == Approx(3.5));
  REQUIRE(usage->working_set_bytes == 1'500'000);
}

TEST_CASE("a process that has gone, or is another's by now, has no usage") {
  const CgroupRoots roots{tests::fixture("cgroup/v2/proc"), tests::fixture("cgroup/v2/sys")};
  REQUIRE_FALSE(read_cgroup(roots, 43, "abc123"));
  REQUIRE_FALSE(read_cgroup(roots, 42, "other"));
  REQUIRE_FALSE(read_cgroup(roots, 0, "abc123"));
}
