#include "healer/actions/maintenance/validation/commands.h"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "base/os/process.h"
#include "healer/actions/failure_summary.h"

namespace healer::validation {
namespace {

Check run_one(const CommandCheck& command, const base::Clock& clock, base::Deadline deadline) {
  Check check{.name = command.name, .verdict = Verdict::kFail, .detail = {}, .took = {}};
  if (deadline.passed()) {
    check.detail = "timed out before it started";
    return check;
  }
  const base::MonoTime begin = clock.now().mono;
  const auto exit = base::run({.argv = command.argv,
                               .directory = command.directory,
                               .limits = base::limits_of_check(command.max_memory_bytes, command.timeout)},
                              deadline.within(command.timeout));
  check.took = clock.now().mono - begin;
  if (!exit) {
    check.detail = exit.error().message;
  } else if (exit->ok()) {
    check.verdict = Verdict::kPass;
  } else {
    check.detail = how_it_failed(*exit);
  }
  return check;
}

}  // namespace

std::vector<Check> run_commands(const std::vector<CommandCheck>& commands, int parallel,
                                const base::Clock& clock, base::Deadline deadline) {
  std::vector<Check> checks(commands.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < commands.size(); i = next++) {
      checks[i] = run_one(commands[i], clock, deadline);
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < commands.size() && i < static_cast<std::size_t>(parallel); ++i) {
    threads.emplace_back(work);
  }
  threads.clear();  // waits for them
  return checks;
}

}  // namespace healer::validation
