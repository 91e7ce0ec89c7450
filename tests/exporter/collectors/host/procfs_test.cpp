#include "exporter/collectors/host/procfs.h"

#include "tests/catch.h"

using namespace exporter::collectors;

TEST_CASE("CPU time is the line of all CPUs, without the guests that are within it already") {
  const auto modes = parse_cpu("cpu  100 200 300 400 500 600 700 800 900 1000\ncpu0 1 2 3\n", 100);
  REQUIRE(modes.size() == 8);
  REQUIRE(modes[3].first == "idle");
  REQUIRE(modes[3].second == Approx(4));
  REQUIRE(modes[7].first == "steal");
  REQUIRE(parse_cpu("cpu0 1 2 3\n", 100).empty());
  REQUIRE(parse_cpu("cpu  1 2", 100).size() == 2);
}

TEST_CASE("memory needs both of its lines") {
  const auto memory = parse_memory("MemTotal:  10 kB\nMemFree: 1 kB\nMemAvailable:  4 kB\n");
  REQUIRE(memory);
  REQUIRE(memory->total == 10240);
  REQUIRE(memory->available == 4096);
  REQUIRE_FALSE(parse_memory("MemTotal: 10 kB\n"));
  REQUIRE_FALSE(parse_memory(""));
}

TEST_CASE("load, open files and pressure") {
  REQUIRE(parse_load1("1.25 0.80 0.40 2/345 6789\n") == 1.25);
  REQUIRE_FALSE(parse_load1(""));
  REQUIRE(parse_file_nr("2944\t0\t9223372036854775807\n")->open == 2944);
  REQUIRE_FALSE(parse_file_nr("2944"));
  const auto pressure = parse_pressure("some avg10=0.00 avg60=0.10 avg300=0.05 total=1500000\nnonsense\n");
  REQUIRE(pressure.size() == 1);
  REQUIRE(pressure[0].first == "some");
  REQUIRE(pressure[0].second == Approx(1.5));
}

TEST_CASE("sockets are counted by state, and what is no socket is passed over") {
  std::map<std::string_view, std::uint64_t> states;
  count_tcp(
      "  sl  local rem st\n   0: 0100007F:268D 00000000:0000 0A 0:0\n   1: 1:2 3:4 01 0:0\n   2: x\n\n  3: "
      "1:2 3:4 0F 0\n",
      states);
  REQUIRE(states == std::map<std::string_view, std::uint64_t>{{"listen", 1}, {"established", 1}});
  count_tcp("", states);
  REQUIRE(states.size() == 2);
  REQUIRE(tcp_states().size() == 12);
}

TEST_CASE("sockstat's numbers are found by protocol and key") {
  const auto* text = "TCP: inuse 3 orphan 0\nUDP: inuse 5 mem 1\nUDPLITE: inuse 9\n";
  REQUIRE(socket_count(text, "UDP", "inuse") == 5U);
  REQUIRE(socket_count(text, "UDP", "mem") == 1U);
  REQUIRE_FALSE(socket_count(text, "UDP", "orphan"));
  REQUIRE_FALSE(socket_count(text, "RAW", "inuse"));
}

TEST_CASE("mount points are unescaped, and the topmost of several on one point counts") {
  const auto mounts = parse_mounts(
      "36 35 98:0 / /mnt/a\\040b\\134c rw shared:1 master:2 - ext4 /dev/sda rw\n"
      "37 35 98:1 / /data rw - ext4 /dev/sdb rw\n"
      "38 35 0:44 / /data rw - nfs4 server:/x rw\n"
      "broken line\n");
  REQUIRE(mounts.size() == 2);
  REQUIRE(mounts[0].mountpoint == "/mnt/a b\\c");
  REQUIRE(mounts[0].device == "98:0");
  REQUIRE(mounts[1].type == "nfs4");
}
