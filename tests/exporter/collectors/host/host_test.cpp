#include "exporter/collectors/host/host.h"

#include <atomic>

#include "base/text/exposition.h"
#include "tests/catch.h"
#include "tests/exporter/golden.h"
#include "tests/fakes/fake_clock.h"

using Catch::Matchers::Contains;
using exporter::collectors::HostCollector;
using exporter::collectors::Space;
using namespace std::chrono_literals;

namespace {

base::Result<std::vector<prometheus::MetricFamily>> collect(const std::string& procfs) {
  static const base::SystemClock clock;
  HostCollector::Options options;
  options.procfs = procfs;
  options.mount_timeout = 30s;
  HostCollector collector(options, clock, [](const std::string& mountpoint) -> std::optional<Space> {
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
  REQUIRE(tests::page_difference("host.prom", text) == "");
}

TEST_CASE("a host without its files is a failed run") {
  const auto families = collect("/no/such/procfs");
  REQUIRE_FALSE(families);
  REQUIRE(families.error().message.starts_with("open /no/such/procfs/stat"));
}

TEST_CASE("the space of a file system that stops answering is shown for as long as it holds") {
  tests::FakeClock clock;
  const base::SystemClock real_time;
  HostCollector::Options options;
  options.procfs = tests::fixture("procfs");
  options.mountpoints = {"/data"};
  options.mount_timeout = 30s;
  options.holds = 30s;
  std::atomic<bool> answers = true;
  HostCollector collector(options, clock, [&](const std::string&) {
    return answers ? std::optional(Space{1000, 500}) : std::nullopt;
  });
  const auto page = [&] {
    // Mounts are asked on threads of their own, in real time.
    auto families = collector.collect(base::Deadline::after(real_time, 60s));
    REQUIRE(families);
    return base::expose(std::move(*families));
  };
  const std::string success = "salus_host_filesystem_read_success{mountpoint=\"/data\"} ";
  REQUIRE_THAT(page(), Contains(success + "1\n"));
  answers = false;
  clock.advance(30s);
  REQUIRE_THAT(page(), Contains(success + "0\n") &&
                           Contains("salus_host_filesystem_avail_bytes{mountpoint=\"/data\"} 500\n"));
  clock.advance(1s);
  REQUIRE_THAT(page(), Contains(success + "0\n") && !Contains("salus_host_filesystem_avail_bytes"));
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
