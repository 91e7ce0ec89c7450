#include "healer/verify/stack_health.h"

#include <fmt/format.h>

#include <cmath>

#include "healer/verify/health_reader.h"

namespace healer {
namespace {

constexpr std::string_view kOverall = "salus:overall_status:max";
constexpr std::string_view kStatus = "subsystem:salus_health_status:max";
constexpr std::string_view kUpdated = "subsystem:salus_last_update:max";
constexpr std::string_view kResponse = "subsystem:salus_response_seconds:max";
constexpr std::string_view kErrors = "subsystem:salus_call_errors:sum";

void note(SubsystemFacts& facts, std::string_view name, double value) {
  if (name == kStatus) {
    facts.status = health_word(value);
  } else if (!std::isfinite(value)) {
    return;
  } else if (name == kUpdated) {
    facts.updated_at = base::from_unix_seconds(value);
  } else if (name == kResponse) {
    facts.response_seconds = value;
  } else if (name == kErrors) {
    facts.errors = value;
  }
}

}  // namespace

StackHealth poll_stack_health(const checks::Prometheus& prometheus, base::Deadline deadline) {
  StackHealth stack_health;
  const auto samples = prometheus.query(
      fmt::format(R"({{__name__=~"{}|{}|{}|{}|{}"}})", kOverall, kStatus, kUpdated, kResponse, kErrors),
      deadline);
  if (!samples) {
    stack_health.error = samples.error().message;
    return stack_health;
  }
  stack_health.answered = true;
  stack_health.error = fmt::format("Prometheus has no {}", kOverall);
  for (const checks::Sample& sample : *samples) {
    const auto name = sample.labels.find("__name__");
    const auto subsystem = sample.labels.find("subsystem");
    if (name == sample.labels.end()) continue;
    if (name->second == kOverall) {
      stack_health.overall = health_word(sample.value);
      stack_health.error.clear();
    } else if (subsystem != sample.labels.end()) {
      note(stack_health.subsystems[subsystem->second], name->second, sample.value);
    }
  }
  return stack_health;
}

}  // namespace healer
