#include "healer/actions/control_file.h"

#include <sys/stat.h>

#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"

using namespace std::chrono_literals;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;
  base::SystemClock clock;
  base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};

  base::Result<healer::actions::Outcome> run(const std::string& parameters) {
    base::yaml::Problems problems;
    const auto node = base::yaml::parse(parameters, "rung.yml", problems);
    const auto action = healer::actions::make_control_file(node, {nowhere, clock});
    REQUIRE(problems.str() == "");
    return action->run({"subsystem", "ai_model"}, base::Deadline::after(clock, 20s));
  }
  std::string problems_of(const std::string& parameters) {
    base::yaml::Problems problems;
    healer::actions::make_control_file(base::yaml::parse(parameters, "rung.yml", problems), {nowhere, clock});
    return problems.str();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a control file is written whole, replaced, and readable for whom it is meant") {
  const std::string path = folder.file("ai_model.disabled");
  const auto outcome = run("{path: " + path + ", content: 'by salus'}");
  REQUIRE(outcome);
  CHECK(outcome->detail == "wrote \"by salus\" to " + path);
  CHECK(folder.read("ai_model.disabled") == "by salus\n");
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0644);
  REQUIRE(run("{path: " + path + ", content: again, mode: '0600'}"));
  CHECK(folder.read("ai_model.disabled") == "again\n");
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE_METHOD(Fixture, "a control file is removed, and one that is not there is no failure") {
  const std::string path = folder.write("off", "yes");
  const auto removed = run("{path: " + path + ", absent: true}");
  REQUIRE(removed);
  CHECK(removed->detail == "removed " + path);
  CHECK_FALSE(std::filesystem::exists(path));
  const auto again = run("{path: " + path + ", absent: true}");
  REQUIRE(again);
  CHECK(again->detail == path + " did not exist");
}

TEST_CASE_METHOD(Fixture, "a folder that is not there is a failure") {
  CHECK_FALSE(run("{path: " + folder.file("gone/off") + ", content: 'yes'}"));
  CHECK_FALSE(run("{path: " + folder.path() + ", absent: true}"));
}

TEST_CASE_METHOD(Fixture, "a control file needs an absolute path, and either a content or to be absent") {
  const auto parameters =
      GENERATE("{content: a}", "{path: off, content: a}", "{path: /srv/, content: a}", "{path: /srv/off}",
               "{path: /srv/off, content: a, absent: true}", "{path: /srv/off, absent: true, mode: '0644'}",
               "{path: /srv/off, content: a, mode: '0o644'}", "{path: /srv/off, content: a, mode: '4755'}");
  CHECK(problems_of(parameters) != "");
}
