#include "exporter/probes/command.h"

#include "tests/exporter/probes/probing.h"

using exporter::probes::Reason;
using namespace std::chrono_literals;

TEST_CASE("a command is judged by its exit code") {
  const auto good = tests::probe("command", "{argv: ['true']}");
  REQUIRE(good.success());
  REQUIRE(good.exit_code == 0);
  const auto bad = tests::probe("command", "{argv: [sh, -c, 'echo s3cret >&2; exit 3']}");
  REQUIRE(bad.failure.reason == Reason::kExitCode);
  REQUIRE(bad.failure.text == "exit code 3");
  REQUIRE(bad.exit_code == 3);
  REQUIRE(tests::probe("command", "{argv: [sh, -c, 'exit 3'], valid_exit_codes: [1, 3]}").success());
}

TEST_CASE("a command that was killed or not started has no exit code") {
  const auto killed = tests::probe("command", "{argv: [sh, -c, 'kill -9 $$']}");
  REQUIRE(killed.failure.reason == Reason::kSignal);
  REQUIRE_FALSE(killed.exit_code);
  const auto late = tests::probe("command", "{argv: [sleep, '1000']}", 50ms);
  REQUIRE(late.failure.reason == Reason::kTimeout);
  REQUIRE_FALSE(late.exit_code);
  REQUIRE(tests::probe("command", "{argv: [no-such-program]}").failure.reason == Reason::kNotFound);
  REQUIRE(tests::probe("command", "{argv: [/no/such/program]}").failure.reason == Reason::kNotFound);
  REQUIRE(tests::probe("command", "{argv: [/etc/passwd]}").failure.reason == Reason::kUnreadable);
}

TEST_CASE("a command is killed when its probe is to stop") {
  std::stop_source stop;
  stop.request_stop();
  REQUIRE(tests::probe("command", "{argv: [sleep, '1000']}", 1h, stop.get_token()).failure.reason ==
          Reason::kTimeout);
}

TEST_CASE("a command that takes more memory than it may fails") {
  const std::string argv = "argv: [/usr/bin/python3, -c, 'bytearray(300 << 20)']";
  REQUIRE(tests::probe("command", "{" + argv + "}").success());
  const auto greedy = tests::probe("command", "{" + argv + ", max_memory_bytes: 134217728}");
  REQUIRE(greedy.failure.reason == Reason::kExitCode);
}
