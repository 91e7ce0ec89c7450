#include <sys/stat.h>

#include <filesystem>

#include "base/os/file.h"
#include "healer/actions/maintenance/rebuild/stack.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/maintenance/rebuild/engine_of.h"

using namespace healer::rebuild;
using namespace std::chrono_literals;
using Commands = std::vector<std::string>;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;
  tests::EngineOf engine;
  const base::SystemClock clock;
  PlainSettings settings{.services = {{"db", {}}, {"bot", {"db"}}},
                         .images = {},
                         .docker = "/bin/echo",
                         .docker_host = engine.host(),
                         .folder = folder.file("rebuild"),
                         .stop_timeout = 2s,
                         .healthy_within = 60s};

  std::unique_ptr<Stack> stack() const { return plain_stack(settings, engine.docker); }
  base::Deadline deadline() const { return base::Deadline::after(clock, 60s); }
  std::string kept(const std::string& name) const { return settings.folder + "/" + name + ".json"; }
  Commands commands() const { return engine.commands(); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what others depend on is stopped last and started first") {
  REQUIRE(stack()->stop(deadline()));
  CHECK(commands() == Commands{"POST /containers/bot/stop", "POST /containers/db/stop"});
  REQUIRE(stack()->start(deadline()));
  const Commands all = commands();
  CHECK(Commands(all.begin() + 2, all.end()) ==
        Commands{"POST /containers/db/stop", "DELETE /containers/db", "POST /containers/create",
                 "POST /containers/db/start", "POST /containers/bot/stop", "DELETE /containers/bot",
                 "POST /containers/create", "POST /containers/bot/start"});
}

TEST_CASE_METHOD(Fixture, "nothing is stopped when one of them must be left alone") {
  engine.contains("running", "", R"(,"AutoRemove":true)");
  CHECK_THAT(stack()->look(deadline()).error().message, Catch::Contains("--rm"));
  CHECK_FALSE(stack()->stop(deadline()));
  engine.contains("paused");
  CHECK_THAT(stack()->look(deadline()).error().message, Catch::Contains("docker unpause db"));
  CHECK_FALSE(stack()->stop(deadline()));
  CHECK(commands().empty());
}

TEST_CASE_METHOD(Fixture, "nothing is started before what it depends on is well") {
  engine.contains("running", "unhealthy");
  settings.healthy_within = 2s;
  const auto started = stack()->start(deadline());
  REQUIRE_FALSE(started);
  CHECK(started.error().message == "bot waits for its dependencies: db is unhealthy");
  CHECK(commands().back() == "POST /containers/db/start");
}

TEST_CASE_METHOD(Fixture,
                 "a container's configuration is on the disk, for its owner alone, until it is recreated") {
  engine.answer("POST", "/containers/create", 500, R"({"message":"out of order"})");
  const auto started = stack()->start(deadline());
  REQUIRE_FALSE(started);
  CHECK_THAT(started.error().message, Catch::StartsWith("db: ") && Catch::Contains("out of order"));
  struct stat facts{};
  REQUIRE(::stat(kept("db").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777) == 0600);
  CHECK_THAT(base::read_file(kept("db")).value(), Catch::Contains("MODE=live"));
  // The next run finds no container, and makes it from what was kept.
  engine.answer("POST", "/containers/create", 201, R"({"Id":"new"})");
  engine.answer("GET", "/containers/*/json", 404, "{}");
  CHECK(stack()->look(deadline()).error().message == "there is no container bot");
  settings.services = {{"db", {}}};
  CHECK(stack()->look(deadline()));
  CHECK(stack()->start(deadline()));
  CHECK_FALSE(std::filesystem::exists(kept("db")));
}

TEST_CASE_METHOD(Fixture, "a container that was half made is made again from what is kept") {
  settings.services = {{"db", {}}};
  std::filesystem::create_directories(settings.folder);
  REQUIRE(base::write_atomically(kept("db"), R"({"create":"{}","connect":[]})", 0600));
  engine.contains("created");
  REQUIRE(stack()->start(deadline()));
  CHECK(commands() ==
        Commands{"DELETE /containers/db", "POST /containers/create", "POST /containers/db/start"});
}

TEST_CASE_METHOD(Fixture, "volumes go with their containers, and one that cannot go is named") {
  engine.contains("exited");
  REQUIRE(stack()->remove({"state"}, deadline()));
  CHECK(commands() == Commands{"DELETE /containers/db", "DELETE /containers/bot", "DELETE /volumes/state"});
  engine.answer("DELETE", "/volumes/*", 409, R"({"message":"volume is in use"})");
  const auto removed = stack()->remove({"state"}, deadline());
  REQUIRE_FALSE(removed);
  CHECK_THAT(removed.error().message, Catch::StartsWith("volume state: ") && Catch::Contains("in use"));
}

TEST_CASE_METHOD(Fixture, "images are built by the client, without cache, and a context must be there") {
  CHECK(*stack()->build(deadline()) == "no image is configured: existing images are used");
  settings.images = {{"bot:latest", folder.file("context"), "Dockerfile"}};
  CHECK_THAT(stack()->look(deadline()).error().message, Catch::EndsWith("the file does not exist"));
  CHECK(*stack()->build(deadline()) == "built bot:latest without cache");
  settings.docker = "/bin/false";
  CHECK(stack()->build(deadline()).error().message == "image bot:latest: the build failed with exit code 1");
  CHECK(stack()->manual_command() == "/bin/false start db bot");
}
