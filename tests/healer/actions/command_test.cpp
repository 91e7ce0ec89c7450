#include "healer/actions/command.h"

#include "tests/catch.h"
#include "tests/healer/actions/compiled.h"

using tests::compile;
using namespace std::chrono_literals;

namespace {

const healer::Target kTask{"task", "weekly_report"};

struct Fixture {
  const base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};
  const base::SystemClock clock;
  const healer::actions::World world{nowhere, clock};

  base::Result<healer::actions::Outcome> run(const std::string& parameters, base::Duration timeout = 20s) {
    const auto compiled = compile("command", parameters, world);
    REQUIRE(compiled.problems.empty());
    return compiled.action->run(kTask, base::Deadline::after(clock, timeout));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a command that succeeds is a success") {
  const auto compiled = compile("command", "{argv: [/bin/true, --now]}", world);
  CHECK(compiled.action->describe(kTask) == R"(run "/bin/true", "--now")");
  CHECK(compiled.properties.acts_on("task"));
  CHECK(compiled.properties.acts_on("container"));
  const auto outcome = compiled.action->run(kTask, base::Deadline::after(clock, 20s));
  REQUIRE(outcome);
  CHECK(outcome->detail == "/bin/true succeeded");
}

TEST_CASE_METHOD(Fixture, "a command that fails says how, and with its last words why") {
  const auto failed =
      run(R"({argv: [/bin/sh, -c, "echo first >&2; echo no space left >&2; echo >&2; exit 3"]})");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "/bin/sh failed with exit code 3: no space left");
}

TEST_CASE_METHOD(Fixture, "what a command says is shown without its secrets and its control characters") {
  const auto failed = run(R"({argv: [/bin/sh, -c, "printf 'password=hunter2 \\033[31mred' >&2; exit 1"]})");
  REQUIRE_FALSE(failed);
  CHECK_THAT(failed.error().message, !Catch::Contains("hunter2"));
  CHECK_THAT(failed.error().message, !Catch::Contains("\033"));
}

TEST_CASE_METHOD(Fixture, "a command that does not end in time is ended") {
  const auto failed = run("{argv: [/bin/sleep, '60']}", 50ms);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "/bin/sleep did not end in time");
}

TEST_CASE_METHOD(Fixture, "a command that is not there was never started") {
  const auto failed = run("{argv: [/nonexistent/program]}");
  REQUIRE_FALSE(failed);
  CHECK_THAT(failed.error().message, Catch::Contains("/nonexistent/program"));
}

TEST_CASE_METHOD(Fixture, "nothing of a target or of our environment gets into the program") {
  CHECK(run("{argv: [/bin/sh, -c, 'test \"$#\" = 0 && test -z \"$HOME$SALUS_TOKEN\"']}"));
}

TEST_CASE_METHOD(Fixture, "a command runs in the folder that is configured") {
  CHECK(run("{argv: [/bin/sh, -c, 'test \"$PWD\" = /tmp'], directory: /tmp}"));
}

TEST_CASE_METHOD(Fixture, "what could not be run is refused with its place") {
  const auto [parameters, problem] = GENERATE(table<std::string, std::string>({
      {"{}", "rung.yml:2: parameters.argv: is missing"},
      {"{argv: []}", "rung.yml:2: parameters.argv: must not be empty"},
      {"{argv: [reboot]}", "rung.yml:2: parameters.argv: \"reboot\" is not an absolute path"},
      {"{argv: [/bin/true], directory: tmp}", "parameters.directory: \"tmp\" is not an absolute path"},
      {"{argv: [/bin/true], shell: true}", "unknown key \"shell\""},
  }));
  CAPTURE(parameters);
  CHECK_THAT(compile("command", parameters, world).problems, Catch::Contains(problem));
}
