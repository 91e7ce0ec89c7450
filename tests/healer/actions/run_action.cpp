// Runs one action as healer.yml would have it:
// run_action <name> <parameters as YAML> <timeout> [<Docker host> <container>]. Prints its outcome. For tests
// with real servers and files.
#include <fmt/format.h>

#include <cstdio>

#include "base/text/duration.h"
#include "tests/healer/actions/compiled.h"

int main(int count, char** words) {
  if (count != 4 && count != 6) return 2;
  const base::SystemClock clock;
  const base::docker::Engine docker(count == 6 ? words[4] : "unix:///nonexistent/docker.sock");
  const healer::Target target =
      count == 6 ? healer::Target{"container", words[5]} : healer::Target{"task", "test"};
  const auto timeout = base::parse_duration(words[3]);
  const auto compiled = tests::compile(words[1], words[2], {docker, clock});
  if (!compiled.problems.empty() || !compiled.action || !timeout) {
    fmt::print(stderr, "{}", compiled.problems);
    return 2;
  }
  const auto outcome = compiled.action->run(target, base::Deadline::after(clock, *timeout));
  fmt::print("{}\n", outcome ? outcome->detail : outcome.error().message);
  return outcome ? 0 : 1;
}
