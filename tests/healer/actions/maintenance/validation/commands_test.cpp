#include "healer/actions/maintenance/validation/commands.h"

#include "tests/catch.h"

using namespace healer;
using namespace healer::validation;
using namespace std::chrono_literals;

namespace {

const base::SystemClock kClock;

CommandCheck sh(std::string name, std::string script, base::Duration timeout = 60s) {
  return {.name = std::move(name),
          .argv = {"/bin/sh", "-c", std::move(script)},
          .directory = "",
          .timeout = timeout};
}

}  // namespace

TEST_CASE("each command is a check, in the order of the configuration") {
  const int parallel = GENERATE(1, 2, 8);
  const auto checks = run_commands({sh("good", "exit 0"),
                                    sh("bad", "echo no module named ai >&2; exit 1"),
                                    {"none", {"/nonexistent"}, ""}},
                                   parallel, kClock, base::Deadline::after(kClock, 60s));
  REQUIRE(checks.size() == 3);
  CHECK(checks[0].name == "good");
  CHECK(checks[0].verdict == Verdict::kPass);
  CHECK(checks[1].verdict == Verdict::kFail);
  CHECK(checks[1].detail == "failed with exit code 1: no module named ai");
  CHECK(checks[2].verdict == Verdict::kFail);
  CHECK_THAT(checks[2].detail, Catch::Contains("/nonexistent"));
}

TEST_CASE("a command that hangs is ended with all it started and keeps the others from nothing") {
  const auto checks =
      run_commands({sh("hangs", "trap '' TERM; sleep 3600 & wait; sleep 3600", 100ms), sh("good", ":")}, 1,
                   kClock, base::Deadline::after(kClock, 60s));
  CHECK(checks[0].detail == "did not end in time");
  CHECK(checks[0].took < 30s);
  CHECK(checks[1].verdict == Verdict::kPass);
}

TEST_CASE("what had no turn in time has failed") {
  const auto checks =
      run_commands({sh("late", "exit 0")}, 2, kClock, base::Deadline::after(kClock, base::Duration::zero()));
  CHECK(checks[0].verdict == Verdict::kFail);
  CHECK(checks[0].detail == "timed out before it started");
}

TEST_CASE("secrets in what a command says are masked") {
  const auto checks = run_commands({sh("leaks", "echo password=hunter2hunter2 >&2; exit 1")}, 1, kClock,
                                   base::Deadline::after(kClock, 60s));
  CHECK_THAT(checks[0].detail, !Catch::Contains("hunter2"));
}

TEST_CASE("a command that takes more memory than it may fails alone") {
  const auto checks = run_commands({{.name = "greedy",
                                     .argv = {"/usr/bin/python3", "-c", "bytearray(4 << 30)"},
                                     .directory = "",
                                     .max_memory_bytes = 256 << 20},
                                    sh("good", "exit 0")},
                                   2, kClock, base::Deadline::after(kClock, 60s));
  CHECK(checks[0].verdict == Verdict::kFail);
  CHECK_THAT(checks[0].detail, Catch::Contains("MemoryError"));
  CHECK(checks[1].verdict == Verdict::kPass);
}
