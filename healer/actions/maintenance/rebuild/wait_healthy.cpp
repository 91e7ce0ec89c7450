#include "healer/actions/maintenance/rebuild/wait_healthy.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace healer::rebuild {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kLookEvery = 200ms;
constexpr base::Duration kOneLook = 5s;

// What distinguishes two runs of a container.
std::string run_of(const base::docker::Container& container) {
  return fmt::format("{} {} {}", container.id, container.restart_count,
                     container.started ? base::rfc3339(*container.started) : "");
}

}  // namespace

std::optional<std::string> fault_of(const base::docker::Container& container) {
  if (container.state == "exited") return fmt::format("exited with code {}", container.exit_code);
  if (!container.running) return "is " + container.state;
  if (container.health == "healthy" || container.health == "none") return std::nullopt;
  return container.health == "starting" ? "is not healthy yet" : "is " + container.health;
}

base::Result<> await_well(const std::vector<std::string>& containers, const base::docker::Engine& docker,
                          base::Duration settle, base::Deadline deadline) {
  std::string runs;
  base::Deadline settled = deadline.within(settle);
  std::string before;  // the fault of the previous check
  for (;;) {
    std::string fault;
    std::string now;
    for (const std::string& name : containers) {
      const auto container = docker.inspect(name, deadline.within(kOneLook));
      if (!container) {
        // A check cut short by the timeout has a less useful error than the one before.
        fault = deadline.passed() && !before.empty() ? before : container.error().message;
      } else if (!*container) {
        return base::fail("{} does not exist", name);
      } else if (const auto ill = fault_of(**container)) {
        fault = fmt::format("{} {}", name, *ill);
      } else {
        now += run_of(**container);
        continue;
      }
      break;
    }
    if (fault.empty() && now == runs && settled.passed()) return {};
    if (!fault.empty() || now != runs) {
      runs = fault.empty() ? std::move(now) : "";
      settled = deadline.within(settle);
    }
    if (deadline.passed()) return base::fail("{}", fault.empty() ? "the containers keep restarting" : fault);
    before = fault;
    std::this_thread::sleep_for(std::min(kLookEvery, deadline.remaining()));
  }
}

}  // namespace healer::rebuild
