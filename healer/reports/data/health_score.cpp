#include "healer/reports/data/health_score.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "healer/reports/render/units.h"

namespace healer::reports {
namespace {

constexpr int kAvailability = 40;
constexpr int kExhausted = 15;
constexpr int kTasks = 5;
constexpr int kApprovals = 5;
constexpr int kValidation = 10;
constexpr int kLogs = 10;
constexpr int kRegressions = 5;
constexpr int kCapacity = 5;
constexpr int kCoverage = 5;
// Caps of the score if a service that trading depends on critically was down, or used up its error budget.
constexpr int kCapDown = 89;
constexpr int kCapSpent = 69;

// The maximum deduction of one service.
int weight(const ScoreInput::Service& service) {
  return service.trading == "critical" ? 20 : service.trading == "partial" ? 10 : 5;
}

// A quarter for the whole error budget, everything for four times the budget.
double share(double spent) { return std::clamp(spent / 4, 0.0, 1.0); }

Score::Item unknown(std::string name, int most, std::string why) {
  return {std::move(name), most, std::nullopt, std::move(why)};
}

Score::Item availability(const std::vector<ScoreInput::Service>& services) {
  std::map<std::string, double> outages;  // points by container
  const ScoreInput::Service* worst = nullptr;
  bool any = false;
  for (const auto& service : services) {
    if (!service.spent) continue;
    any = true;
    double& points = outages[service.container.empty() ? "service " + service.name : service.container];
    points = std::max(points, weight(service) * share(*service.spent));
    if (worst == nullptr || *service.spent > *worst->spent) worst = &service;
  }
  if (!any) return unknown("Availability", kAvailability, "no service has data");
  double points = 0;
  for (const auto& [container, its] : outages) points += its;
  // Round up, so that any downtime deducts at least one point.
  const int deducted = std::min(kAvailability, static_cast<int>(std::ceil(points - 1e-9)));
  std::string reason = "no service was down";
  if (*worst->spent > 0) {
    reason = fmt::format("{} used {} of its error budget", worst->name, percent(*worst->spent));
  }
  return {"Availability", kAvailability, deducted, std::move(reason)};
}

Score::Item counted(std::string name, int most, int each, const Known<std::uint64_t>& n,
                    std::string_view noun) {
  if (!n) return unknown(std::move(name), most, n.why);
  const std::uint64_t points = std::min<std::uint64_t>(
      static_cast<std::uint64_t>(most), std::min<std::uint64_t>(*n, 100) * static_cast<std::uint64_t>(each));
  return {std::move(name), most, static_cast<int>(points), fmt::format("{}: {}", noun, *n)};
}

Score::Item coverage(const Known<double>& ratio) {
  if (!ratio) return unknown("Data coverage", kCoverage, ratio.why);
  const double missing = std::clamp(1 - *ratio, 0.0, 1.0);
  // A restart of the monitoring costs up to a hundredth, which is tolerated.
  const int points = missing <= 0.01 ? 0 : std::min(kCoverage, static_cast<int>(std::ceil(missing * 20)));
  return {"Data coverage", kCoverage, points,
          fmt::format("{} of the expected samples received", percent(*ratio))};
}

// The cap as a further deduction, so that the items still add up to the score.
std::optional<Score::Item> cap(const std::vector<ScoreInput::Service>& services, int left) {
  int limit = 100;
  std::string reason;
  for (const auto& service : services) {
    if (service.trading != "critical" || service.down <= base::Duration::zero()) continue;
    const int its = service.spent.value_or(0) >= 1 ? kCapSpent : kCapDown;
    if (its >= limit) continue;
    limit = its;
    reason = fmt::format(
        "trading depends on {}, which {}: capped at {}", service.name,
        its == kCapSpent ? "used up its error budget" : "was down for " + spoken(service.down), its);
  }
  if (left <= limit) return std::nullopt;
  return Score::Item{"Cap", 100 - kCapSpent, left - limit, std::move(reason)};
}

}  // namespace

Score score_of(const ScoreInput& input) {
  Score score;
  static const std::vector<ScoreInput::Service> kNone;
  const auto& services = input.services ? *input.services : kNone;
  score.items.push_back(input.services ? availability(services)
                                       : unknown("Availability", kAvailability, input.services.why));
  const bool scored = score.items.front().points.has_value();
  score.items.push_back(
      counted("Healing", kExhausted, 5, input.exhausted, "outages that required an operator"));
  score.items.push_back(counted("Tasks", kTasks, 3, input.failing_tasks, "failing tasks"));
  score.items.push_back(
      counted("Approvals", kApprovals, 2, input.approvals, "actions that wait for approval"));
  score.items.push_back(counted("Validation", kValidation, 5, input.failed_validation, "failed phases"));
  score.items.push_back(counted("Logs", kLogs, 1, input.log_hours_over, "hours over a threshold"));
  score.items.push_back(counted("Regressions", kRegressions, 2, input.regressions, "regressions"));
  score.items.push_back(
      counted("Capacity", kCapacity, 3, input.capacity_soon, "resources that run out soon"));
  score.items.push_back(coverage(input.coverage));
  score.at_most = std::ranges::any_of(services, [](const auto& each) { return !each.spent || !each.whole; });
  int left = 100;
  for (const Score::Item& item : score.items) {
    left -= item.points.value_or(0);
    score.at_most = score.at_most || !item.points;
  }
  if (!scored) return score;
  if (auto capped = cap(services, left)) {
    left -= *capped->points;
    score.items.push_back(std::move(*capped));
  }
  score.value = left;
  return score;
}

}  // namespace healer::reports
