#include "healer/verify/health_reader.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "healer/model/policy/policy_document.h"
#include "healer/publish/policy_json.h"

namespace healer {
namespace {

using json = nlohmann::ordered_json;

constexpr std::string_view kOverall = "salus:overall_status:max";
constexpr std::string_view kSubsystemHealth = "subsystem:salus_health_status:max";
constexpr std::array<std::string_view, 4> kIssues{"critical", "high", "medium", "low"};

std::size_t rank(const std::string& issue) {
  return static_cast<std::size_t>(std::ranges::find(kIssues, issue) - kIssues.begin());
}

std::string annotation(const Alert& alert, const std::string& name) {
  const auto found = alert.annotations.find(name);
  return found == alert.annotations.end() ? "" : found->second;
}

std::string text_of(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

// 2025-11-23T01:34:56.789Z → 20251123_013456
std::string compact(base::WallTime time) {
  std::string text = base::rfc3339(time).substr(0, 19);
  std::erase_if(text, [](char sign) { return sign == '-' || sign == ':'; });
  std::ranges::replace(text, 'T', '_');
  return text;
}

json to_json(const std::vector<Issue>& issues) {
  json all = json::array();
  for (const Issue& issue : issues) {
    all.push_back({{"subsystem", issue.subsystem},
                   {"severity", issue.issue},
                   {"description", issue.headline()},
                   {"issue_id", issue.id},
                   {"alert", issue.alert},
                   {"summary", issue.summary},
                   {"impacts_trading", issue.impacts_trading},
                   {"since", base::rfc3339(issue.since)}});
  }
  return all;
}

}  // namespace

std::string health_word(double status) {
  static constexpr std::array<std::string_view, 5> kWords{"unknown", "healthy", "degraded", "critical",
                                                          "failed"};
  if (!(status >= -1 && status < 4)) return std::string(kWords[0]);  // nor is it NaN
  return std::string(kWords[static_cast<std::size_t>(static_cast<long>(status) + 1)]);
}

HealthReader::HealthReader(checks::Prometheus prometheus, const base::Clock& clock)
    : prometheus_(std::move(prometheus)), clock_(clock) {
  last_.error = "not queried yet";
}

Health HealthReader::read_now(base::Deadline deadline) const {
  Health health;
  const auto samples =
      prometheus_.query(fmt::format("{{__name__=~\"{}|{}\"}}", kOverall, kSubsystemHealth), deadline);
  if (!samples) {
    health.error = samples.error().message;
    return health;
  }
  bool found = false;
  for (const checks::Sample& sample : *samples) {
    const auto name = sample.labels.find("__name__");
    if (name == sample.labels.end()) continue;
    if (name->second == kOverall) {
      health.overall = health_word(sample.value);
      found = true;
    } else if (const auto subsystem = sample.labels.find("subsystem"); subsystem != sample.labels.end()) {
      health.subsystems[subsystem->second] = health_word(sample.value);
    }
  }
  if (!found) health.error = fmt::format("Prometheus has no {}", kOverall);
  return health;
}

Health HealthReader::read() {
  const std::unique_lock one(reading_, std::try_to_lock);
  {
    std::lock_guard lock(mutex_);
    const bool fresh = read_at_ && clock_.now().mono - *read_at_ < std::chrono::seconds(1);
    if (fresh || !one.owns_lock()) return last_;
  }
  Health health = read_now(base::Deadline::after(clock_, std::chrono::seconds(2)));
  std::lock_guard lock(mutex_);
  last_ = health;
  read_at_ = clock_.now().mono;
  return health;
}

std::string Issue::headline() const {
  if (!subsystem.empty() && !status.empty()) return fmt::format("{} is {}", subsystem, status);
  return summary.empty() ? alert : summary;
}

std::vector<Issue> issues_among(const std::vector<Alert>& firing) {
  std::vector<Issue> issues;
  std::map<std::string, int> ids;
  for (const Alert& alert : firing) {
    if (!alert.firing || alert.label("issue").empty()) continue;
    Issue& issue = issues.emplace_back(Issue{.id = "",
                                             .alert = std::string(alert.label("alertname")),
                                             .subsystem = std::string(alert.label("subsystem")),
                                             .container = std::string(alert.label("container")),
                                             .issue = std::string(alert.label("issue")),
                                             .status = std::string(alert.label("status")),
                                             .summary = annotation(alert, "summary"),
                                             .description = annotation(alert, "description"),
                                             .fingerprint = alert.fingerprint,
                                             .impacts_trading = alert.label("impacts_trading") == "true",
                                             .since = alert.starts_at});
    issue.id =
        fmt::format("{}_{}", issue.subsystem.empty() ? issue.alert : issue.subsystem, compact(issue.since));
    if (const int count = ++ids[issue.id]; count > 1) issue.id += fmt::format("_{}", count);
  }
  std::ranges::stable_sort(issues, {}, [](const Issue& issue) { return rank(issue.issue); });
  return issues;
}

bool needs_action_now(const std::string& overall, const std::vector<Issue>& issues, Policy policy) {
  return policy == Policy::kEmergencyShutdown || overall == "failed" || overall == "critical" ||
         std::ranges::any_of(issues, [](const Issue& issue) { return issue.issue == "critical"; });
}

std::string health_document(const Health& health, const std::vector<Issue>& issues,
                            const PolicyDocument& policy) {
  json counts = json::object();
  for (const std::string_view level : kIssues) {
    counts[std::string(level)] =
        std::ranges::count_if(issues, [&](const Issue& issue) { return issue.issue == level; });
  }
  json summary{{"healthy", 0}, {"degraded", 0}, {"critical", 0}, {"failed", 0}, {"unknown", 0}};
  for (const auto& [subsystem, status] : health.subsystems) summary[status] = summary[status].get<int>() + 1;
  const json body{{"overall_status", health.overall},
                  {"safety_policy", to_string(policy.policy)},
                  {"trading_allowed", trading_allowed(policy)},
                  {"issues", issues.size()},
                  {"critical_issues", counts["critical"]},
                  {"summary", std::move(summary)},
                  {"requires_immediate_action", needs_action_now(health.overall, issues, policy.policy)},
                  {"issues_by_severity", std::move(counts)},
                  {"subsystems", health.subsystems},
                  {"policy_valid_until", base::rfc3339(policy.valid_until)},
                  {"restrictions", json::parse(restrictions_json(policy.permissions))},
                  {"error", health.error.empty() ? json() : json(health.error)}};
  return text_of(body) + "\n";
}

std::string force_check_document(const Health& health, const std::vector<Issue>& issues,
                                 const std::vector<std::string>& warnings, base::WallTime now) {
  return text_of({{"timestamp", base::rfc3339(now)},
                  {"status", health.overall},
                  {"issues", to_json(issues)},
                  {"warnings", warnings}}) +
         "\n";
}

}  // namespace healer
