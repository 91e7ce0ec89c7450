#include "healer/actions/files/prune_files.h"

#include "tests/healer/actions/compiled.h"
#include "tests/healer/actions/log_folder.h"

using namespace healer::actions;
using namespace std::chrono_literals;
using Names = std::set<std::string>;

namespace {

const healer::Target kPruning{"task", "report_pruning"};
constexpr auto kDay = 24h;

struct Fixture : tests::LogFolder {
  const base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};
  const World world{nowhere, clock};
  const std::string parameters =
      "{folder: " + disk.path() + ", include: ['WEEKLY_*.md'], exclude: ['*keep*']}";
};

}  // namespace

TEST_CASE_METHOD(Fixture, "reports of more than sixty days are removed, and nothing else") {
  write("WEEKLY_old.md", "0123456789", 60 * kDay + 1ns);
  write("WEEKLY_young.md", "x", 60 * kDay);
  write("WEEKLY_keep.md", "x", 100 * kDay);
  write("notes.md", "x", 100 * kDay);
  write("deeper/WEEKLY_old.md", "x", 100 * kDay);
  const auto compiled = tests::compile("prune_files", parameters, world);
  REQUIRE(compiled.problems.empty());
  CHECK(compiled.properties.acts_on("task"));
  CHECK(compiled.action->describe(kPruning) ==
        "in " + disk.path() +
            ": remove files last modified more than 60d ago that match WEEKLY_*.md but not *keep*");
  const auto outcome = compiled.action->run(kPruning, deadline());
  REQUIRE(outcome);
  CHECK(outcome->detail == "removed 1, freed 10 B in " + disk.path());
  CHECK(names() == Names{"WEEKLY_young.md", "WEEKLY_keep.md", "notes.md", "deeper"});
  CHECK(disk.read("deeper/WEEKLY_old.md") == "x");
}

TEST_CASE_METHOD(Fixture, "pruning whose time is over stops and says so") {
  write("WEEKLY_old.md", "x", 100 * kDay);
  const auto done = prune(*folder, {{"*"}, {}}, 60 * kDay, clock.now().wall, deadline(0s));
  REQUIRE(done);
  CHECK(done->problems == std::vector<std::string>{"timed out before WEEKLY_old.md and the files after it"});
  CHECK(names() == Names{"WEEKLY_old.md"});
}

TEST_CASE_METHOD(Fixture, "where there are no reports yet, there is nothing to prune") {
  const auto compiled =
      tests::compile("prune_files", "{folder: /nonexistent/reports, include: ['*']}", world);
  CHECK(compiled.action->run(kPruning, deadline())->detail ==
        "skipped: folder /nonexistent/reports does not exist");
}

TEST_CASE_METHOD(Fixture, "pruning that cannot be meant is refused with its place") {
  const auto [yaml, problem] = GENERATE(table<std::string, std::string>({
      {"{folder: /x}", "parameters.include: is missing"},
      {"{folder: /x, include: ['*'], older_than: 1m}", "parameters.older_than: "},
      {"{folder: /x, include: ['*'], recursive: true}", "unknown key \"recursive\""},
  }));
  CHECK_THAT(tests::compile("prune_files", yaml, world).problems, Catch::Contains(problem));
}
