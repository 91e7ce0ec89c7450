#include "healer/actions/maintenance/rebuild/suites.h"

#include <algorithm>
#include <functional>
#include <set>
#include <thread>
#include <utility>

#include "healer/actions/maintenance/rebuild/wait_healthy.h"
#include "healer/actions/maintenance/validation/commands.h"
#include "healer/actions/maintenance/validation/http_checks.h"

namespace healer::rebuild {
namespace {

using validation::Check;
using validation::Verdict;
using namespace std::chrono_literals;

constexpr base::Duration kOneLook = 5s;
constexpr base::Duration kAskEvery = 500ms;
// The exporter may have been restarted with the stack.
constexpr base::Duration kForPrometheus = 1min;

// `good`: the detail of a check without a fault.
Check checked(std::string name, std::string fault, std::string good = "") {
  const bool passed = fault.empty();
  return {.name = std::move(name),
          .verdict = passed ? Verdict::kPass : Verdict::kFail,
          .detail = passed ? std::move(good) : std::move(fault),
          .took = {}};
}

std::vector<Check> check_containers(const std::vector<std::string>& containers,
                                    const base::docker::Engine& docker, base::Deadline deadline) {
  std::vector<Check> checks;
  for (const std::string& name : containers) {
    const auto container = docker.inspect(name, deadline.within(kOneLook));
    std::string fault;
    if (!container) {
      fault = container.error().message;
    } else if (!*container) {
      fault = "does not exist";
    } else {
      fault = fault_of(**container).value_or("");
    }
    checks.push_back(checked(name, std::move(fault), "running"));
  }
  return checks;
}

base::Result<std::vector<checks::Sample>> required(const checks::Prometheus& prometheus,
                                                   base::Deadline deadline) {
  const base::Deadline until = deadline.within(kForPrometheus);
  for (;;) {
    // Includes data from before the restart, because the exporter may have been down.
    auto samples = prometheus.query(
        "max by (container, variable) (max_over_time(salus_container_env_present[1h]))", until);
    if (samples || until.remaining() <= kAskEvery) return samples;
    std::this_thread::sleep_for(kAskEvery);
  }
}

std::vector<Check> check_environment(const std::vector<std::string>& containers,
                                     const base::docker::Engine& docker, const checks::Prometheus& prometheus,
                                     base::Deadline deadline) {
  const auto samples = required(prometheus, deadline);
  if (!samples) return {checked("facts", samples.error().message)};
  if (samples->empty()) {
    const auto presence = prometheus.query("count(max_over_time(salus_exporter_build_info[1h]))", deadline);
    if (!presence) return {checked("facts", presence.error().message)};
    if (presence->empty()) return {checked("facts", "Prometheus has no data from the exporter")};
  }
  std::set<std::pair<std::string, std::string>> variables;
  for (const checks::Sample& sample : *samples) {
    const auto container = sample.labels.find("container");
    const auto variable = sample.labels.find("variable");
    if (container != sample.labels.end() && variable != sample.labels.end() &&
        std::ranges::find(containers, container->second) != containers.end()) {
      variables.emplace(container->second, variable->second);
    }
  }
  std::vector<Check> checks;
  for (const auto& [container, variable] : variables) {
    const auto found = docker.inspect(container, deadline.within(kOneLook));
    std::string fault;
    if (!found) {
      fault = found.error().message;
    } else if (!*found) {
      fault = "the container does not exist";
    } else if (const auto& names = (*found)->environment_names;
               std::ranges::find(names, variable) == names.end()) {
      fault = "is not set";
    }
    checks.push_back(checked(container + " " + variable, std::move(fault), "is set"));
  }
  return checks;
}

}  // namespace

std::vector<validation::Phase> run_suites(const ValidationConfig& config,
                                          const std::vector<std::string>& containers,
                                          const base::docker::Engine& docker,
                                          const checks::Prometheus& prometheus, const base::Clock& clock,
                                          base::Deadline deadline) {
  std::vector<validation::Phase> suites;
  const auto suite = [&](std::string name, const std::function<std::vector<Check>()>& run, int may_fail = 0) {
    const base::MonoTime begin = clock.now().mono;
    auto checks = run();
    suites.push_back(validation::judge(std::move(name), std::move(checks), clock.now().mono - begin,
                                       static_cast<std::size_t>(may_fail)));
  };
  const auto commands = [&](const std::vector<CommandCheck>& list) {
    return [&] { return validation::run_commands(list, config.parallel, clock, deadline); };
  };
  suite("containers", [&] { return check_containers(containers, docker, deadline); });
  suite("modules", commands(config.modules), config.modules_may_fail);
  suite("smoke", commands(config.smoke));
  suite("http", [&] { return validation::run_http_checks(config.http, clock, deadline); });
  suite("environment", [&] { return check_environment(containers, docker, prometheus, deadline); });
  suite("integrations", commands(config.integrations));
  return suites;
}

}  // namespace healer::rebuild
