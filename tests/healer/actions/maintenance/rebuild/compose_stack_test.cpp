// That docker-compose does what it is told here is tested with a real engine: stack_rebuild_test.py.
#include <fstream>

#include "base/os/file.h"
#include "healer/actions/maintenance/rebuild/stack.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/maintenance/rebuild/engine_of.h"

using namespace healer::rebuild;
using namespace std::chrono_literals;

namespace {

// A program that notes its arguments, and fails for `build`.
struct Fixture {
  tests::TemporaryFolder folder;
  tests::EngineOf engine;
  const base::SystemClock clock;

  Fixture() {
    std::ofstream(folder.file("compose.sh")) << "echo \"$DOCKER_HOST $PWD $*\" >> " << folder.file("told")
                                             << "\ncase \"$*\" in *\"build --no-cache\"*) echo 'no such base "
                                                "image' >&2; exit 7;; *\"ps --quiet\"*) echo web;; esac\n";
  }
  std::unique_ptr<Stack> stack(const std::string& project,
                               std::optional<base::Duration> stop_timeout = 30500ms) const {
    return compose_stack({.command = {"/bin/sh", folder.file("compose.sh")},
                          .files = {folder.file("docker-compose.yml"), "/etc/override.yml"},
                          .project = project,
                          .docker_host = "unix:///run/docker.sock",
                          .containers = {"bot"},
                          .stop_timeout = stop_timeout},
                         engine.docker);
  }
  base::Deadline deadline() const { return base::Deadline::after(clock, 60s); }
  std::string told() const { return base::read_file(folder.file("told")).value(); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "compose gets the engine, the files, the project and one command a step") {
  const auto compose = stack("quantum");
  CHECK(compose->look(deadline()));
  CHECK(compose->stop(deadline()));
  CHECK(compose->remove({"ignored"}, deadline()));
  CHECK(compose->start(deadline()));
  const std::string where = folder.file("docker-compose.yml");
  const std::string head = "unix:///run/docker.sock " + where.substr(0, where.rfind('/')) + " --file " +
                           where + " --file /etc/override.yml --project-name quantum ";
  CHECK(told() == head + "config --quiet\n" + head + "ps --quiet\n" + head + "ps --quiet\n" + head +
                      "stop --timeout 31\n" + head + "down --volumes --timeout 31\n" + head +
                      "up --detach --no-build --force-recreate --timeout 31\n");
  CHECK(compose->beyond_plan() == 0s);
}

TEST_CASE_METHOD(Fixture,
                 "without a stop timeout compose takes each container's own, and none is shortened") {
  auto compose = stack("", std::nullopt);
  REQUIRE(compose->stop(deadline()));
  CHECK_THAT(told(), Catch::EndsWith("override.yml stop\n"));
  // Ten seconds each is the engine's default.
  compose = stack("", 1s);
  REQUIRE(compose->stop(deadline()));
  CHECK_THAT(told(), Catch::EndsWith("stop --timeout 10\n"));
  CHECK(compose->beyond_plan() == 18s);
}

TEST_CASE_METHOD(Fixture, "compose is not run when a container of its project must be left alone") {
  engine.contains("running", "", R"(,"AutoRemove":true)");
  const auto compose = stack("");
  CHECK_THAT(compose->look(deadline()).error().message, Catch::Contains("--rm"));
  CHECK_FALSE(compose->stop(deadline()));
  CHECK_THAT(told(), !Catch::Contains(" stop"));
}

TEST_CASE_METHOD(Fixture, "what compose says last is why a step failed") {
  const auto compose = stack("");
  const auto built = compose->build(deadline());
  REQUIRE_FALSE(built);
  CHECK(built.error().message == "/bin/sh build failed with exit code 7: no such base image");
  CHECK_THAT(told(), Catch::EndsWith("override.yml build --no-cache\n"));
  CHECK_THAT(compose->manual_command(), Catch::EndsWith("--file /etc/override.yml up --detach"));
}
