#include "healer/verify/stack_health.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "healer/verify/health_reader.h"

namespace healer {
namespace {

constexpr std::string_view kOverall = "salus:overall_status:max";
constexpr std::string_view kStatus = "subsystem:salus_health_status:max";
// Names of the exporter's metrics are without their prefix.
constexpr std::string_view kPrefix = "salus_";
constexpr std::string_view kRunning = "container_running";

std::string label(const checks::Sample& sample, const char* name) {
  const auto found = sample.labels.find(name);
  return found == sample.labels.end() ? "" : found->second;
}

// Of several series of one subsystem, for example from two exporters, the largest.
void keep_largest(std::optional<double>& kept, double value) { kept = std::max(kept.value_or(value), value); }
// Something exists or has succeeded only if every series says so.
bool both(std::optional<bool> kept, double value) { return kept.value_or(true) && value == 1; }

using Note = void (*)(SubsystemFacts& facts, const checks::Sample& sample);

struct Metric {
  std::string_view name;
  Note note;
};

// What is known of a subsystem beside its status. Every value is finite.
constexpr std::array kFacts{
    Metric{"subsystem:salus_last_update:max",
           [](SubsystemFacts& facts, const checks::Sample& sample) {
             facts.updated_at = base::from_unix_seconds(sample.value);
           }},
    Metric{"subsystem:salus_age_degraded_seconds:limit",
           [](SubsystemFacts& facts, const checks::Sample& sample) { facts.degraded_after = sample.value; }},
    Metric{"subsystem:salus_age_critical_seconds:limit",
           [](SubsystemFacts& facts, const checks::Sample& sample) { facts.critical_after = sample.value; }},
    Metric{"subsystem:salus_response_seconds:max",
           [](SubsystemFacts& facts, const checks::Sample& sample) {
             keep_largest(facts.probe_seconds, sample.value);
           }},
    Metric{"subsystem:salus_call_errors:sum",
           [](SubsystemFacts& facts, const checks::Sample& sample) { facts.errors = sample.value; }},
    Metric{"subsystem_check_duration_seconds",
           [](SubsystemFacts& facts, const checks::Sample& sample) {
             keep_largest(facts.check_seconds, sample.value);
           }},
    Metric{"subsystem_state_present",
           [](SubsystemFacts& facts, const checks::Sample& sample) {
             facts.state_present = both(facts.state_present, sample.value);
           }},
    Metric{"subsystem_read_success",
           [](SubsystemFacts& facts, const checks::Sample& sample) {
             facts.state_read = both(facts.state_read, sample.value);
           }},
    Metric{"subsystem_items",
           [](SubsystemFacts& facts, const checks::Sample& sample) {
             facts.items[label(sample, "item")] = sample.value;
           }},
    Metric{"file_present",
           [](SubsystemFacts& facts, const checks::Sample& sample) {
             facts.files[label(sample, "file")] = sample.value == 1;
           }},
    Metric{"file_set_expected",
           [](SubsystemFacts& facts, const checks::Sample& sample) {
             facts.sets[label(sample, "set")].expected = sample.value;
           }},
    Metric{"file_set_present",
           [](SubsystemFacts& facts, const checks::Sample& sample) {
             facts.sets[label(sample, "set")].present = sample.value;
           }},
    Metric{"file_set_file_present",
           [](SubsystemFacts& facts, const checks::Sample& sample) {
             facts.sets[label(sample, "set")].files[label(sample, "file")] = sample.value == 1;
           }},
    Metric{"probe_success",
           [](SubsystemFacts& facts, const checks::Sample& sample) {
             facts.probes[label(sample, "probe")] = sample.value == 1;
           }},
};

std::string query() {
  std::vector<std::string> names{std::string(kOverall), std::string(kStatus)};
  std::vector<std::string_view> exported{kRunning};
  for (const Metric& metric : kFacts) {
    if (metric.name.find(':') == metric.name.npos) {
      exported.push_back(metric.name);
    } else {
      names.emplace_back(metric.name);
    }
  }
  return fmt::format(R"q({{__name__=~"{}|{}({})"}})q", fmt::join(names, "|"), kPrefix,
                     fmt::join(exported, "|"));
}

void note(SubsystemFacts& facts, std::string_view name, const checks::Sample& sample) {
  if (name == kStatus) {
    facts.status = health_word(sample.value);
    return;
  }
  const auto* const metric = std::ranges::find(kFacts, name, &Metric::name);
  if (metric != kFacts.end() && std::isfinite(sample.value)) metric->note(facts, sample);
}

}  // namespace

StackHealth poll_stack_health(const checks::Prometheus& prometheus, const base::Clock& clock,
                              base::Deadline deadline) {
  StackHealth stack_health;
  const base::MonoTime begin = clock.now().mono;
  const auto samples = prometheus.query(query(), deadline);
  stack_health.query_seconds = std::chrono::duration<double>(clock.now().mono - begin).count();
  if (!samples) {
    stack_health.error = samples.error().message;
    return stack_health;
  }
  stack_health.answered = true;
  stack_health.error = fmt::format("Prometheus has no {}", kOverall);
  for (const checks::Sample& sample : *samples) {
    std::string name = label(sample, "__name__");
    if (name.starts_with(kPrefix)) name.erase(0, kPrefix.size());
    const std::string subsystem = label(sample, "subsystem");
    if (name == kOverall) {
      stack_health.overall = health_word(sample.value);
      stack_health.error.clear();
    } else if (name == kRunning) {
      stack_health.containers[label(sample, "container")] = sample.value == 1;
    } else if (!subsystem.empty()) {
      note(stack_health.subsystems[subsystem], name, sample);
    }
  }
  return stack_health;
}

}  // namespace healer
