#include "base/docker/recreate.h"

#include <nlohmann/json.hpp>

#include "tests/catch.h"

using Json = nlohmann::json;

namespace {

const base::docker::Likeness kLike{"bot", "sha256:prev", {"salus.rollback_of", "0123456789abcdef"}};

Json container() {
  return Json::parse(R"({
    "Id": "0123456789abcdef", "Name": "/bot",
    "Config": {"Hostname": "0123456789ab", "Image": "app:2", "Cmd": ["serve"], "Entrypoint": ["/app"],
               "Env": ["MODE=live", "PATH=/bin"], "Labels": {"team": "x", "version": "2"}, "WorkingDir": "/srv",
               "User": "1000", "ExposedPorts": {"80/tcp": {}}},
    "HostConfig": {"NetworkMode": "trading", "Binds": ["/srv/data:/data:rw"], "AutoRemove": false,
                   "RestartPolicy": {"Name": "always"}, "PortBindings": {"80/tcp": [{"HostPort": "8080"}]}},
    "Mounts": [{"Type": "bind", "Source": "/srv/data", "Destination": "/data"},
               {"Type": "volume", "Name": "abc", "Destination": "/cache", "RW": true},
               {"Type": "volume", "Name": "def", "Destination": "/ro", "RW": false}],
    "NetworkSettings": {"Networks": {
      "trading": {"Aliases": ["bot", "0123456789ab"], "IPAMConfig": {"IPv4Address": "10.0.0.5"},
                  "IPAddress": "10.0.0.5"},
      "monitoring": {"Aliases": ["0123456789ab"], "IPAMConfig": null}}}})");
}

Json image() {
  return Json::parse(R"({"Config": {"Cmd": ["serve"], "Entrypoint": ["/app"], "Env": ["PATH=/bin"],
    "Labels": {"version": "2"}, "WorkingDir": "/srv", "User": "", "ExposedPorts": {"80/tcp": {}}}})");
}

Json made_from(const Json& container, const Json& image) {
  const auto made = base::docker::recreate(container, image, kLike);
  if (!made) FAIL(made.error().message);
  return Json::parse(made->create);
}

}  // namespace

TEST_CASE("what a container had of its image is left to the new one, everything else stays") {
  const Json made = made_from(container(), image());
  CHECK(made["Image"] == "sha256:prev");
  CHECK_FALSE(made.contains("Cmd"));
  CHECK_FALSE(made.contains("Entrypoint"));
  CHECK_FALSE(made.contains("WorkingDir"));
  CHECK_FALSE(made.contains("Hostname"));
  CHECK(made["User"] == "1000");
  CHECK(made["Env"] == Json{"MODE=live"});
  CHECK(made["Labels"] == Json{{"team", "x"}, {"salus.rollback_of", "0123456789abcdef"}});
  CHECK(made["ExposedPorts"].empty());
  CHECK(made["HostConfig"]["RestartPolicy"]["Name"] == "always");
  CHECK(made["HostConfig"]["PortBindings"]["80/tcp"][0]["HostPort"] == "8080");
}

TEST_CASE("volumes without a name of their own are kept by the name that the engine gave them") {
  const Json made = made_from(container(), image());
  CHECK(made["HostConfig"]["Binds"] == Json{"/srv/data:/data:rw", "abc:/cache", "def:/ro:ro"});
}

TEST_CASE("networks stay, with what was asked for and without what the engine gave") {
  const auto made = base::docker::recreate(container(), image(), kLike);
  REQUIRE(made);
  const Json first = Json::parse(made->create)["NetworkingConfig"]["EndpointsConfig"];
  CHECK(first ==
        Json::parse(R"({"trading": {"Aliases": ["bot"], "IPAMConfig": {"IPv4Address": "10.0.0.5"}}})"));
  REQUIRE(made->connect.size() == 1);
  CHECK(made->connect[0].first == "monitoring");
  CHECK(Json::parse(made->connect[0].second) ==
        Json::parse(R"({"Container": "bot", "EndpointConfig": {"Aliases": []}})"));
}

TEST_CASE("the host's network has no endpoints, and no host name of its own") {
  Json host = container();
  host["HostConfig"]["NetworkMode"] = "host";
  host["Config"]["Hostname"] = "server";
  const Json made = made_from(host, image());
  CHECK_FALSE(made.contains("NetworkingConfig"));
  CHECK_FALSE(made.contains("Hostname"));
}

TEST_CASE("a command of the container's own stays with an entrypoint of its own") {
  Json own = container();
  own["Config"]["Entrypoint"] = Json{"/debug"};
  const Json made = made_from(own, image());
  CHECK(made["Entrypoint"] == Json{"/debug"});
  CHECK(made["Cmd"] == Json{"serve"});
}

TEST_CASE("a container that removes itself, or is not reported in full, is not recreated") {
  Json other = container();
  other["HostConfig"]["AutoRemove"] = true;
  CHECK_FALSE(base::docker::recreate(other, image(), kLike));
  CHECK_FALSE(base::docker::recreate(Json::object(), image(), kLike));
  CHECK_FALSE(base::docker::recreate(Json{{"Id", "0123456789abcdef"}}, image(), kLike));
}
