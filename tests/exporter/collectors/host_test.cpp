#include "exporter/collectors/host.h"

#include <catch2/catch.hpp>

#include "base/exposition.h"
#include "tests/exporter/golden.h"

using exporter::collectors::HostCollector;
using exporter::collectors::Space;
using namespace std::chrono_literals;

namespace {

base::Result<std::vector<prometheus::MetricFamily>> collect(const std::string& procfs) {
  static const base::SystemClock clock;
  HostCollector::Options options;
  options.procfs = procfs;
  options.mount_timeout = 30s;
  HostCollector collector(options, [](const std::string& mountpoint) -> std::optional<Space> {
    if (mountpoint == "/mnt/nfs") return std::nullopt;
    return Space{1000.0 * static_cast<double>(mountpoint.size()), 500};
  });
  return collector.collect(base::Deadline::after(clock, 60s));
}

}  // namespace

TEST_CASE(
    "a host from its files: bind mounts and file systems without data are left out, one that fails is "
    "absent") {
  auto families = collect(tests::fixture("procfs"));
  REQUIRE(families);
  const auto text = base::expose(std::move(*families));
  REQUIRE(text == tests::golden("host.prom", text));
}

TEST_CASE("a host without its files is a failed run") {
  const auto families = collect("/no/such/procfs");
  REQUIRE_FALSE(families);
  REQUIRE(families.error().message.starts_with("open /no/such/procfs/stat"));
}

TEST_CASE("file systems that hold data") {
  using exporter::collectors::holds_data;
  REQUIRE(holds_data("/", "overlay"));
  REQUIRE(holds_data("/data", "ext4"));
  REQUIRE(holds_data("/mnt", "nfs4"));
  REQUIRE_FALSE(holds_data("/tmp", "tmpfs"));
  REQUIRE_FALSE(holds_data("/var/lib/docker/overlay2/x/merged", "overlay"));
  REQUIRE_FALSE(holds_data("/run/user/0", "fuse.x"));
}
