#include "healer/actions/files/log_rotation.h"

#include "healer/actions/files/gzip_rotation.h"
#include "tests/fakes/captured_log.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/actions/log_folder.h"
#include "tests/healer/actions/stopping_folder.h"

using namespace healer::actions;
using namespace std::chrono_literals;
using Names = std::set<std::string>;

namespace {

const healer::Target kRotation{"task", "log_rotation"};

struct Fixture : tests::LogFolder {
  const base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};
  const World world{nowhere, clock};
  RotationRules rules{.names = {{"*.log", "*.gz"}, {"audit.log"}}, .remove_after = 72h, .settle = 10min};
  std::set<FileId> written;

  base::Result<CleanupStats> run(base::Duration length = 1min) {
    return rotate(*folder, rules, [this] { return written; }, clock.now().wall, deadline(length));
  }
  std::string parameters(const std::string& more = "") const {
    return "{folder: " + disk.path() + more + "}";
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "yesterday's logs are packed, old ones removed, and the others left alone") {
  write("today.log", "x", 3h);
  write("yesterday.log", std::string(5000, 'y'), 5h);
  write("early.log", std::string(5000, 'y'), 71h);
  write("old.log", std::string(100, 'o'), 73h);
  write("old.gz", std::string(200, 'o'), 73h);
  write("kept.gz", "k", 71h);
  write("audit.log", "a", 500h);
  write("state.json", "{}", 500h);
  const auto done = run();
  REQUIRE(done);
  CHECK(done->problems.empty());
  CHECK(names() ==
        Names{"today.log", "yesterday.log.gz", "early.log.gz", "kept.gz", "audit.log", "state.json"});
  CHECK(done->removed == 2);
  CHECK(done->packed == 2);
  CHECK(done->in_use == 0);
  const auto left = facts("yesterday.log.gz").bytes + facts("early.log.gz").bytes;
  CHECK(done->freed == 10'300 - left);
}

TEST_CASE_METHOD(Fixture, "the log has a line for each file, and one for the run") {
  write("trading_bot_20251122.log", std::string(5000, 'y'), 5h);
  write("trading_bot_20251120.log", std::string(100, 'o'), 73h);
  const tests::CapturedLog log;
  const auto compiled = tests::compile("log_rotation", parameters(), world);
  REQUIRE(compiled.action->run(kRotation, deadline(1min)));
  CHECK(log.has("info", "🗑️ Deleted old log: trading_bot_20251120.log"));
  CHECK(log.has("info", "📦 Compressed: trading_bot_20251122.log → trading_bot_20251122.log.gz"));
  CHECK(log.has("info", "🧹 Log rotation: Deleted 1 old logs, compressed 1"));
}

TEST_CASE_METHOD(Fixture, "the limits are exact: three days to the second, and midnight in UTC") {
  write("three_days.gz", "x", 72h);
  write("and_a_bit.gz", "x", 72h + 1ns);
  write("at_midnight.log", "x", 4h);
  write("before_midnight.log", "x", 4h + 1ns);
  REQUIRE(run());
  CHECK(names() == Names{"three_days.gz", "at_midnight.log", "before_midnight.log.gz"});
}

TEST_CASE_METHOD(Fixture, "a file that is written to is never touched") {
  clock.set_wall(base::WallTime(std::chrono::seconds(1765929900)));  // 2025-12-17T00:05:00Z
  write("settling.log", "x", 10min - 1ns);
  write("settled.log", "x", 10min);
  write("open.log", "x", 30min);
  write("open_and_old.log", "x", 100h);
  write("of_tomorrow.log", "x", -1h);
  for (const char* name : {"open.log", "open_and_old.log"})
    written.emplace(facts(name).device, facts(name).inode);
  const auto done = run();
  REQUIRE(done);
  CHECK(names() ==
        Names{"settling.log", "settled.log.gz", "open.log", "open_and_old.log", "of_tomorrow.log"});
  CHECK(done->in_use == 4);
}

TEST_CASE_METHOD(Fixture, "links, folders and what an interrupted run left") {
  const tests::TemporaryFolder outside;
  outside.write("kept.log", "x");
  std::filesystem::create_symlink(outside.file("kept.log"), disk.file("link.log"));
  age(disk.file("link.log"), 100h);
  write("deeper/old.log", "x", 100h);
  write(".a.log.gz.salus-unfinished", "half", 1h);
  write(".b.log.gz.salus-unfinished", "somebody is at it", 1min);
  const auto done = run();
  REQUIRE(done);
  CHECK(done->removed == 1);
  CHECK(names() == Names{"link.log", "deeper", ".b.log.gz.salus-unfinished"});
  CHECK(outside.read("kept.log") == "x");
  CHECK(disk.read("deeper/old.log") == "x");
}

TEST_CASE_METHOD(Fixture, "one file's trouble does not keep the others from their turn") {
  write("a.log", std::string(1000, 'a'), 20h);
  write("b.log", std::string(1000, 'b'), 20h);
  write("c.gz", "c", 100h);
  tests::StoppingFolder stopping(*folder);
  stopping.stop_at(3, tests::StoppingFolder::How::kFails);
  const auto done = rotate(stopping, rules, [] { return std::set<FileId>{}; }, clock.now().wall, deadline());
  REQUIRE(done);
  CHECK(done->removed == 1);
  CHECK(done->packed == 1);
  REQUIRE(done->problems.size() == 1);
  CHECK_FALSE(done->outcome("/logs"));
  CHECK(names() == Names{"a.log", "b.log.gz"});
}

TEST_CASE_METHOD(Fixture, "a run whose time is over stops between files and says so") {
  write("a.log", "a", 20h);
  write("b.gz", "b", 100h);
  const auto done = run(0s);
  REQUIRE(done);
  CHECK(done->problems == std::vector<std::string>{"timed out"});
  CHECK(names() == Names{"a.log", "b.gz"});
}

TEST_CASE_METHOD(Fixture, "two runs are one") {
  write("a.log", "a", 20h);
  REQUIRE(run()->packed == 1);
  const auto again = run();
  REQUIRE(again);
  CHECK(again->packed + again->removed + again->freed == 0);
}

TEST_CASE_METHOD(Fixture, "the action reports its rules, does what they say, and says what it freed") {
  write("a.log", std::string(10'000, 'a'), 100h);
  const auto compiled = tests::compile("log_rotation", parameters(", exclude: [audit.log]"), world);
  REQUIRE(compiled.problems.empty());
  CHECK(compiled.properties.acts_on("task"));
  CHECK(compiled.action->describe(kRotation) ==
        "in " + disk.path() +
            ": of the files matching *.log, *.gz but not audit.log, remove those last modified more than 3d "
            "ago, "
            "compress those last modified before today, skip those modified in the last 10m");
  const auto outcome = compiled.action->run(kRotation, deadline());
  REQUIRE(outcome);
  CHECK(outcome->detail == "removed 1, freed 9.8 KiB in " + disk.path());
  CHECK(names().empty());
}

TEST_CASE_METHOD(Fixture, "a folder that is not there is skipped, and one that cannot be read is a failure") {
  const auto none = tests::compile("log_rotation", "{folder: /nonexistent/logs}", world);
  CHECK(none.action->run(kRotation, deadline())->detail ==
        "skipped: folder /nonexistent/logs does not exist");
  const auto file = tests::compile("log_rotation", "{folder: " + disk.write("file", "") + "}", world);
  CHECK_FALSE(file.action->run(kRotation, deadline()));
}

TEST_CASE_METHOD(Fixture, "rotation that cannot be meant is refused with its place") {
  const auto [more, problem] = GENERATE(table<std::string, std::string>({
      {", remove_after: 1m", "parameters.remove_after: "},
      {", settle: 0", "parameters.settle: "},
      {", keep: 3d", "unknown key \"keep\""},
  }));
  CHECK_THAT(tests::compile("log_rotation", parameters(more), world).problems, Catch::Contains(problem));
}
