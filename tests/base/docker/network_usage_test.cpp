#include "base/docker/network_usage.h"

#include "base/http/server/server.h"
#include "tests/catch.h"

using namespace std::chrono_literals;

namespace {

base::Result<std::optional<base::docker::NetworkUsage>> usage_of(base::http::Response answer) {
  const base::SystemClock clock;
  base::http::Server server({}, clock);
  server.handle("GET", "/containers/*/stats", [&](const base::http::Request&) { return answer; });
  REQUIRE(server.listen("127.0.0.1:0"));
  return base::docker::network_usage(fmt::format("http://127.0.0.1:{}", server.port()), "bot",
                                     base::Deadline::after(clock, 20s));
}

}  // namespace

TEST_CASE("the network usage of a container is the sum over its interfaces") {
  const auto usage = usage_of(base::http::json(
      200,
      R"({"networks":{"eth0":{"rx_bytes":100,"tx_bytes":20},"eth1":{"rx_bytes":1,"tx_bytes":2},"x":7}})"));
  REQUIRE(usage);
  REQUIRE(*usage);
  CHECK((*usage)->received == 101);
  CHECK((*usage)->sent == 22);
}

TEST_CASE("the network usage is not known of a container that is gone, stopped or in the host's network") {
  CHECK_FALSE(usage_of(base::http::json(404, R"({"message":"no such container"})")).value());
  CHECK_FALSE(usage_of(base::http::json(200, R"({"read":"0001-01-01T00:00:00Z"})")).value());
  CHECK_FALSE(usage_of(base::http::json(500, "{}")));
  CHECK_FALSE(usage_of(base::http::text(200, "no JSON")));
}
