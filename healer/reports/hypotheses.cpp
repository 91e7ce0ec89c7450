#include "healer/reports/hypotheses.h"

#include <fmt/format.h>

#include <algorithm>

#include "healer/reports/units.h"

namespace healer::reports {
namespace {

// "40 s before it began", "at the moment it began", "12 s after it began".
std::string relative(base::WallTime at, base::WallTime began) {
  const auto apart = std::chrono::round<std::chrono::seconds>(began - at);
  if (apart.count() == 0) return "at the moment it began";
  return apart.count() > 0 ? spoken(apart) + " before it began" : spoken(-apart) + " after it began";
}

std::string with_time(base::WallTime at, base::WallTime began) {
  return fmt::format("{}, {}", utc(std::chrono::floor<std::chrono::seconds>(at)), relative(at, began));
}

// Shells and Docker report a death by signal as 128 and its number.
std::string meaning_of(int code) {
  switch (code) {
    case 0:
      return "it ended by itself, without an error";
    case 125:
    case 126:
    case 127:
      return "its command could not be started";
    case 134:
      return "SIGABRT: the program gave itself up";
    case 137:
      return "SIGKILL: by the kernel, for want of memory perhaps, or by somebody";
    case 139:
      return "SIGSEGV: a fault of the program";
    case 143:
      return "SIGTERM: somebody stopped it";
    default:
      return "what it means is the program's own";
  }
}

}  // namespace

std::vector<Hypothesis> hypotheses_of(const Clues& clues, const IncidentFacts& facts, base::WallTime began) {
  std::vector<Hypothesis> all;
  if (!clues.oom_kills.empty()) {
    Hypothesis& memory =
        all.emplace_back(Hypothesis{fmt::format("{} may have run out of memory.", clues.container), {}});
    for (const base::WallTime at : clues.oom_kills) {
      memory.evidence.push_back(fmt::format(
          "The kernel killed a process of it for want of memory: counted {}.", with_time(at, began)));
    }
  }
  if (!clues.dependencies.empty()) {
    Hypothesis& dependency =
        all.emplace_back(Hypothesis{"Something that it depends on may have taken it down.", {}});
    for (const auto& each : clues.dependencies) {
      dependency.evidence.push_back(
          fmt::format("{} was down at the time, since {}.", each.name, with_time(each.from, began)));
    }
  }
  if (!clues.changes.empty()) {
    Hypothesis& change = all.emplace_back(Hypothesis{"A deployment may have changed it.", {}});
    for (const auto& each : clues.changes) {
      change.evidence.push_back(each.before == each.after
                                    ? fmt::format("{} was created anew from {}: seen {}.", clues.container,
                                                  each.after, with_time(each.at, began))
                                    : fmt::format("The image of {} changed from {} to {}: seen {}.",
                                                  clues.container, each.before, each.after,
                                                  with_time(each.at, began)));
    }
  }
  if (clues.exit_code) {
    all.push_back({fmt::format("{} may have ended by itself, or been ended.", clues.container),
                   {fmt::format("Its last run ended with exit code {} ({}): seen {}.", *clues.exit_code,
                                meaning_of(*clues.exit_code), with_time(clues.exit_code_at, began))}});
  }
  if (!clues.patterns.empty()) {
    Hypothesis& fresh = all.emplace_back(Hypothesis{"A fault of a new kind may be behind it.", {}});
    for (const auto& each : clues.patterns) {
      fresh.evidence.push_back(
          fmt::format("{} logged a kind of {} event that was never seen before: “{}”, first {}.", each.source,
                      each.level, each.words, with_time(each.first_seen, began)));
    }
  }
  if (!facts.before.empty()) {
    Hypothesis& again = all.emplace_back(
        Hypothesis{"What was done before may not have lasted, or the fault may come again and again.", {}});
    for (const std::string& each : facts.before) again.evidence.push_back(each + ".");
  }
  if (!clues.alerts.empty()) {
    Hypothesis& others =
        all.emplace_back(Hypothesis{"It may be a part of something larger: other alerts fired then.", {}});
    for (const auto& each : clues.alerts) {
      others.evidence.push_back(fmt::format("{}{} fired, since {}.", each.alert,
                                            each.where.empty() ? "" : " of " + each.where,
                                            with_time(each.since, began)));
    }
  }
  return all;
}

}  // namespace healer::reports
