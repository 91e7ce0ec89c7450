#include "healer/app/health_log.h"

#include <algorithm>
#include <cctype>

#include "healer/verify/health_reader.h"

namespace healer {
namespace {

constexpr base::Duration kAtLeastEvery = std::chrono::hours(1);

}  // namespace

std::vector<HealthLog::Line> HealthLog::lines(const std::string& overall, const View& view, base::Now now) {
  const auto issues = issues_among(view.firing);
  Result result{.overall = overall, .policy = view.policy.policy, .issues = {}};
  for (const Issue& issue : issues) result.issues.push_back(issue.fingerprint + issue.id);
  std::ranges::sort(result.issues);
  if (last_ == result && now.mono - written_at_ < kAtLeastEvery) return {};
  last_ = std::move(result);
  written_at_ = now.mono;

  const std::string policy(to_string(view.policy.policy));
  const auto critical = std::ranges::count(issues, "critical", &Issue::issue);
  std::vector<Line> lines;
  lines.push_back({base::log::Level::kInfo,
                   fmt::format("[SELF-HEAL] Health check complete: Overall={}, policy={}, issues={}", overall,
                               policy, issues.size()),
                   {{{"overall", overall}, {"policy", policy}, {"issues", std::to_string(issues.size())}}}});
  if (critical == 0) return lines;
  lines.push_back(
      {base::log::Level::kError,
       fmt::format("[SELF-HEAL] {} CRITICAL ISSUES detected!", critical),
       {{{"overall", overall}, {"policy", policy}, {"critical_issues", std::to_string(critical)}}}});
  for (const Issue& issue : issues) {
    if (issue.issue != "critical") continue;
    lines.push_back({base::log::Level::kError,
                     "  - " + issue.headline(),
                     {{{"issue", issue.id}, {"alert", issue.alert}, {"summary", issue.summary}}}});
  }
  return lines;
}

void write(const HealthLog::Line& line) {
  const auto& [first, second, third] = line.fields;
  base::log::write(line.level, line.message,
                   {{first.first, first.second}, {second.first, second.second}, {third.first, third.second}});
}

std::string policy_change_line(Policy from, Policy to) {
  return fmt::format("[SELF-HEAL] Safety policy changed: {} → {}", to_string(from), to_string(to));
}

std::string auto_executing_line(std::string what) {
  if (!what.empty()) what[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(what[0])));
  return "[SELF-HEAL] Auto-executing: " + what;
}

}  // namespace healer
