#include "healer/reports/incident/hypotheses.h"

#include <fmt/format.h>

#include <algorithm>

#include "healer/reports/render/units.h"

namespace healer::reports {
namespace {

// "40 s before the start", "at the start", "12 s after the start".
std::string relative(base::WallTime at, base::WallTime began) {
  const auto apart = std::chrono::round<std::chrono::seconds>(began - at);
  if (apart.count() == 0) return "at the start";
  return apart.count() > 0 ? spoken(apart) + " before the start" : spoken(-apart) + " after the start";
}

std::string with_time(base::WallTime at, base::WallTime began) {
  return fmt::format("{}, {}", utc(std::chrono::floor<std::chrono::seconds>(at)), relative(at, began));
}

// Shells and Docker report the exit code 128 + signal for a process that a signal killed.
std::string meaning_of(int code) {
  switch (code) {
    case 0:
      return "exited without an error";
    case 125:
    case 126:
    case 127:
      return "the command could not be started";
    case 134:
      return "SIGABRT: the program aborted";
    case 137:
      return "SIGKILL: killed, possibly by the kernel's OOM killer";
    case 139:
      return "SIGSEGV: segmentation fault";
    case 143:
      return "SIGTERM: it was stopped";
    default:
      return "the program defines its meaning";
  }
}

bool own_error(int code) { return code != 0 && code != 137 && code != 143; }

Hypothesis exit_of(const Signals& signals, base::WallTime began) {
  const int code = *signals.exit_code;
  Hypothesis ended{own_error(code) ? fmt::format("{} may have failed by itself.", signals.container)
                                   : fmt::format("{} may have exited or been stopped.", signals.container),
                   {fmt::format("Its last run ended with exit code {} ({}): seen {}.", code, meaning_of(code),
                                with_time(signals.exit_code_at, began))}};
  if (signals.stopped_code) {
    ended.evidence.push_back(
        fmt::format("Later, an action of the healer ended it with exit code {}: seen {}.",
                    *signals.stopped_code, with_time(signals.stopped_code_at, began)));
  }
  return ended;
}

}  // namespace

std::vector<Hypothesis> hypotheses_of(const Signals& signals, const IncidentFacts& facts,
                                      base::WallTime began) {
  std::vector<Hypothesis> all;
  // A program that ended with its own error code says most about the cause; a signal came from outside.
  const bool failed_itself = signals.exit_code && own_error(*signals.exit_code);
  if (failed_itself) all.push_back(exit_of(signals, began));
  if (!signals.oom_kills.empty()) {
    Hypothesis& memory =
        all.emplace_back(Hypothesis{fmt::format("{} may have run out of memory.", signals.container), {}});
    for (const base::WallTime at : signals.oom_kills) {
      memory.evidence.push_back(fmt::format(
          "The kernel's OOM killer killed one of its processes: counted {}.", with_time(at, began)));
    }
  }
  if (!signals.dependencies.empty()) {
    Hypothesis& dependency = all.emplace_back(Hypothesis{"A dependency may have caused it.", {}});
    for (const auto& each : signals.dependencies) {
      dependency.evidence.push_back(
          fmt::format("{} was down at the time, since {}.", each.name, with_time(each.from, began)));
    }
  }
  if (!signals.changes.empty()) {
    Hypothesis& change = all.emplace_back(Hypothesis{"A deployment may have caused it.", {}});
    for (const auto& each : signals.changes) {
      change.evidence.push_back(each.before == each.after
                                    ? fmt::format("{} was recreated from {}: seen {}.", signals.container,
                                                  each.after, with_time(each.at, began))
                                    : fmt::format("The image of {} changed from {} to {}: seen {}.",
                                                  signals.container, each.before, each.after,
                                                  with_time(each.at, began)));
    }
  }
  if (signals.exit_code && !failed_itself) all.push_back(exit_of(signals, began));
  if (!signals.patterns.empty()) {
    Hypothesis& fresh = all.emplace_back(Hypothesis{"A new kind of error may have caused it.", {}});
    for (const auto& each : signals.patterns) {
      fresh.evidence.push_back(fmt::format("{} logged a new kind of {} event: “{}”, first seen {}.",
                                           each.source, each.level, each.words,
                                           with_time(each.first_seen, began)));
    }
  }
  if (!facts.before.empty()) {
    Hypothesis& again = all.emplace_back(
        Hypothesis{"Earlier healing may not have lasted, or the fault may be recurring.", {}});
    for (const std::string& each : facts.before) again.evidence.push_back(each + ".");
  }
  if (!signals.alerts.empty()) {
    Hypothesis& others = all.emplace_back(
        Hypothesis{"It may be part of a larger problem: other alerts fired at the time.", {}});
    for (const auto& each : signals.alerts) {
      others.evidence.push_back(fmt::format("{}{} fired, since {}.", each.alert,
                                            each.where.empty() ? "" : " of " + each.where,
                                            with_time(each.since, began)));
    }
  }
  return all;
}

}  // namespace healer::reports
