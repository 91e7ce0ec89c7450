#include "healer/api/report/subsystem_facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace healer {
namespace {

using json = nlohmann::ordered_json;

constexpr double kMilliseconds = 1000;

std::vector<std::string> names(const std::map<std::string, bool>& all, bool wanted) {
  std::vector<std::string> names;
  for (const auto& [name, value] : all) {
    if (value == wanted) names.push_back(name);
  }
  return names;
}

// A count is shown without decimals.
std::int64_t whole(double count) { return std::llround(count); }

std::optional<double> age_of(const SubsystemFacts& facts, base::WallTime now) {
  if (!facts.updated_at) return std::nullopt;
  return std::chrono::duration<double>(now - *facts.updated_at).count();
}

// "models" → "model": as in "Missing model files".
std::string one_of(std::string set) {
  if (set.size() > 1 && set.ends_with('s')) set.pop_back();
  return set;
}

std::vector<std::string> checked(const SubsystemFacts& facts) {
  std::vector<std::string> checked;
  if (facts.updated_at || facts.state_present) checked.emplace_back("age of the state");
  if (facts.state_read) checked.emplace_back("content of the state");
  for (const auto& [item, count] : facts.items) checked.push_back("number of " + item);
  for (const auto& [set, files] : facts.sets) checked.push_back("files of " + set);
  if (!facts.files.empty()) checked.emplace_back("files");
  for (const auto& [probe, success] : facts.probes) checked.push_back("probe " + probe);
  if (facts.errors) checked.emplace_back("failed calls");
  return checked;
}

void add_state(json& details, const SubsystemFacts& facts, base::WallTime now) {
  if (facts.updated_at) details["last_update"] = base::rfc3339(*facts.updated_at);
  if (const auto age = age_of(facts, now)) {
    details["age_seconds"] = *age;
    if (facts.degraded_after) details["degraded_after_seconds"] = *facts.degraded_after;
    if (facts.critical_after) details["critical_after_seconds"] = *facts.critical_after;
  }
  if (facts.state_present) details["state_present"] = *facts.state_present;
  if (facts.state_read) details["state_complete"] = *facts.state_read;
  for (const auto& [item, count] : facts.items) details["items"][item] = whole(count);
}

void add_files(json& details, const SubsystemFacts& facts) {
  if (!facts.files.empty()) {
    details["existing_files"] = names(facts.files, true);
    details["missing_files"] = names(facts.files, false);
  }
  double total = 0;
  double expected = 0;
  for (const auto& [set, files] : facts.sets) {
    if (!files.files.empty()) {
      details["existing_" + set] = names(files.files, true);
      details["missing_" + set] = names(files.files, false);
    }
    total += files.present;
    expected += files.expected;
  }
  if (facts.sets.empty()) return;
  details["total"] = whole(total);
  details["expected"] = whole(expected);
}

// What is wrong with the facts; empty: nothing.
std::vector<std::string> warnings(const SubsystemFacts& facts, base::WallTime now) {
  std::vector<std::string> found;
  const auto age = age_of(facts, now);
  if (age && facts.degraded_after && *age > *facts.degraded_after)
    found.push_back(fmt::format("Snapshot {:.0f}s old (stale)", *age));
  if (facts.state_present == false) found.emplace_back("Snapshot missing");
  if (facts.state_present.value_or(true) && facts.state_read == false)
    found.emplace_back("Snapshot incomplete or unreadable");
  for (const auto& [item, count] : facts.items) {
    if (count == 0) found.push_back(fmt::format("No {}", item));
  }
  for (const auto& [set, files] : facts.sets) {
    if (files.present < files.expected)
      found.push_back(fmt::format("{:g} of {:g} {} files missing", files.expected - files.present,
                                  files.expected, one_of(set)));
  }
  for (const std::string& file : names(facts.files, false))
    found.push_back(fmt::format("File {} missing", file));
  for (const std::string& probe : names(facts.probes, false))
    found.push_back(fmt::format("Probe {} fails", probe));
  return found;
}

}  // namespace

const SubsystemFacts& facts_of(const StackHealth& stack_health, const std::string& subsystem) {
  static const SubsystemFacts kUnknown;
  const auto found = stack_health.subsystems.find(subsystem);
  return found == stack_health.subsystems.end() ? kUnknown : found->second;
}

double response_time_ms(const SubsystemFacts& facts, const StackHealth& stack_health) {
  if (facts.check_seconds) return *facts.check_seconds * kMilliseconds;
  return facts.probe_seconds.value_or(stack_health.query_seconds) * kMilliseconds;
}

std::uint64_t error_count(const SubsystemFacts& facts, const StackHealth& stack_health) {
  if (facts.errors) return static_cast<std::uint64_t>(std::max(0.0, std::round(*facts.errors)));
  return (stack_health.answered ? 0U : 1U) + (facts.state_read == false ? 1U : 0U) +
         names(facts.probes, false).size();
}

json details_of(const base::Subsystem& subsystem, const SubsystemFacts& facts,
                const StackHealth& stack_health, base::WallTime now) {
  json details{{"purpose", subsystem.purpose}, {"trading", subsystem.trading}, {"checked", checked(facts)}};
  add_state(details, facts, now);
  add_files(details, facts);
  for (const auto& [probe, success] : facts.probes)
    details["probes"][probe] = success ? "success" : "failure";
  if (!subsystem.container.empty()) {
    details["container"] = subsystem.container;
    if (const auto runs = stack_health.containers.find(subsystem.container);
        runs != stack_health.containers.end())
      details["container_running"] = runs->second;
  }
  if (const auto found = warnings(facts, now); !found.empty())
    details["warning"] = fmt::format("{}", fmt::join(found, "; "));
  if (facts.status == "unknown")
    details["error"] = stack_health.answered ? "Prometheus has no data about it" : stack_health.error;
  return details;
}

std::string own_fault(const base::Subsystem& subsystem, const StackHealth& stack_health) {
  const SubsystemFacts& facts = facts_of(stack_health, subsystem.name);
  if (const auto runs = stack_health.containers.find(subsystem.container);
      runs != stack_health.containers.end() && !runs->second)
    return fmt::format("Container {} is not running", subsystem.container);
  for (const auto& [set, files] : facts.sets) {
    if (files.present < files.expected) return fmt::format("Missing {} files", one_of(set));
  }
  if (const auto missing = names(facts.files, false); !missing.empty())
    return fmt::format("Missing files: {}", fmt::join(missing, ", "));
  if (const auto failed = names(facts.probes, false); !failed.empty())
    return fmt::format("Failed probes: {}", fmt::join(failed, ", "));
  return "";
}

std::string root_cause(const std::string& subsystem, const StackHealth& stack_health,
                       const base::Inventory& inventory) {
  std::set<std::string> seen;
  std::vector<std::string> next{subsystem};
  // The closest fault first; a dependency counts only while it is worse than healthy.
  for (std::size_t i = 0; i < next.size(); ++i) {
    const base::Subsystem* each = inventory.find(next[i]);
    if (each == nullptr || !seen.insert(each->name).second) continue;
    const std::string fault = own_fault(*each, stack_health);
    if (!fault.empty()) return i == 0 ? fault : fmt::format("{} ({})", fault, each->name);
    for (const std::string& other : each->depends_on) {
      const std::string& status = facts_of(stack_health, other).status;
      if (status != "healthy" && status != "unknown") next.push_back(other);
    }
  }
  return "";
}

}  // namespace healer
