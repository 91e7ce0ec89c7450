#include "healer/survey.h"

#include <fmt/format.h>

#include <cmath>

#include "healer/health.h"

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

Survey take_survey(const checks::Prometheus& prometheus, base::Deadline deadline) {
  Survey survey;
  const auto samples = prometheus.query(
      fmt::format(R"({{__name__=~"{}|{}|{}|{}|{}"}})", kOverall, kStatus, kUpdated, kResponse, kErrors),
      deadline);
  if (!samples) {
    survey.error = samples.error().message;
    return survey;
  }
  survey.answered = true;
  survey.error = fmt::format("Prometheus has no {}", kOverall);
  for (const checks::Sample& sample : *samples) {
    const auto name = sample.labels.find("__name__");
    const auto subsystem = sample.labels.find("subsystem");
    if (name == sample.labels.end()) continue;
    if (name->second == kOverall) {
      survey.overall = health_word(sample.value);
      survey.error.clear();
    } else if (subsystem != sample.labels.end()) {
      note(survey.subsystems[subsystem->second], name->second, sample.value);
    }
  }
  return survey;
}

}  // namespace healer
