// Runs one action as healer.yml would have it: run_action <name> <parameters as YAML> <timeout>. Prints its
// outcome. For tests with real servers and files.
#include <fmt/format.h>

#include <cstdio>

#include "base/duration.h"
#include "tests/healer/actions/compiled.h"

int main(int count, char** words) {
  if (count != 4) return 2;
  const base::SystemClock clock;
  const base::docker::Engine nowhere("unix:///nonexistent/docker.sock");
  const auto timeout = base::parse_duration(words[3]);
  const auto compiled = tests::compile(words[1], words[2], {nowhere, clock});
  if (!compiled.problems.empty() || !compiled.action || !timeout) {
    fmt::print(stderr, "{}", compiled.problems);
    return 2;
  }
  const auto outcome = compiled.action->run({"task", "test"}, base::Deadline::after(clock, *timeout));
  fmt::print("{}\n", outcome ? outcome->detail : outcome.error().message);
  return outcome ? 0 : 1;
}
