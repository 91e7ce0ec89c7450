#include "healer/actions/maintenance/validation/validation.h"

#include <fmt/format.h>

#include <functional>
#include <thread>

#include "healer/actions/maintenance/validation/commands.h"
#include "healer/actions/maintenance/validation/facts.h"

namespace healer::validation {
namespace {

// For ending hanging commands with all their processes, and for what comes after.
constexpr base::Duration kToEnd = std::chrono::seconds(4);

}  // namespace

Phase judge(std::string name, std::vector<Check> checks, base::Duration took, std::size_t may_fail) {
  Phase phase{
      .name = std::move(name), .passed = true, .detail = {}, .checks = std::move(checks), .took = took};
  const std::size_t failed = phase.count(Verdict::kFail);
  const std::size_t asked = phase.checks.size() - phase.count(Verdict::kSkipped);
  phase.passed = failed <= may_fail;
  phase.detail =
      phase.checks.empty() ? "nothing is configured" : fmt::format("{} of {} passed", asked - failed, asked);
  return phase;
}

Validation validate(const ValidationConfig& config, const checks::Prometheus& prometheus,
                    const base::Clock& clock, base::Deadline deadline,
                    const std::function<void(std::size_t phase)>& on_phase) {
  const base::Now began = clock.now();
  deadline = deadline.within(std::min(config.timeout, deadline.remaining() - kToEnd));
  const auto since = [&](base::MonoTime start) { return clock.now().mono - start; };
  std::size_t started = 0;
  const auto next_phase = [&] {
    if (on_phase) on_phase(started);
    ++started;
  };
  next_phase();

  Phase integrity, containers, system;
  const auto read_facts = [&] {
    const auto timed = [&](Phase& into, std::string name, const std::function<std::vector<Check>()>& check) {
      next_phase();
      const base::MonoTime start = clock.now().mono;
      auto checks = check();
      into = judge(std::move(name), std::move(checks), since(start));
    };
    timed(integrity, "integrity", [&] { return check_files(prometheus, config.min_file_bytes, deadline); });
    timed(containers, "containers", [&] { return check_containers(prometheus, deadline); });
    timed(system, "system", [&] { return read_system(prometheus, deadline); });
    next_phase();  // its commands are in one queue with those of the modules
  };

  // One queue for both, so that a slow module does not delay the smoke tests.
  std::vector<CommandCheck> commands = config.modules;
  commands.insert(commands.end(), config.smoke.begin(), config.smoke.end());
  std::vector<Check> results;
  {
    const std::jthread facts(read_facts);
    results = run_commands(commands, config.parallel, clock, deadline);
  }
  const auto split = results.begin() + static_cast<std::ptrdiff_t>(config.modules.size());
  const auto total = [](const std::vector<Check>& checks) {
    base::Duration sum{};
    for (const Check& check : checks) sum += check.took;
    return sum;
  };
  std::vector<Check> modules(results.begin(), split), smoke(split, results.end());
  const base::Duration modules_took = total(modules), smoke_took = total(smoke);

  Validation validation{.began = began.wall, .took = {}, .phases = {}};
  validation.phases.push_back(
      judge("modules", std::move(modules), modules_took, static_cast<std::size_t>(config.modules_may_fail)));
  validation.phases.push_back(std::move(integrity));
  validation.phases.push_back(std::move(containers));
  validation.phases.push_back(std::move(system));
  validation.phases.push_back(judge("smoke", std::move(smoke), smoke_took));
  validation.took = since(began.mono);
  return validation;
}

}  // namespace healer::validation
