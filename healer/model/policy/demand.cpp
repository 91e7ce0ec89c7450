#include "healer/model/policy/demand.h"

#include <algorithm>
#include <array>

namespace healer::policy {
namespace {

std::string_view at(const Labels& labels, std::string_view name) {
  const auto found = labels.find(name);
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

bool is_template(std::string_view value) { return value.find("{{") != std::string_view::npos; }

std::optional<Policy> stricter(std::optional<Policy> a, std::optional<Policy> b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}

// The rank of a label's value, weakest first; nullopt for an unknown value.
std::optional<std::size_t> rank(std::string_view name, std::string_view value) {
  static constexpr std::array<std::string_view, 4> kStatuses{"degraded", "unknown", "critical", "failed"};
  if (value.empty()) return 0;
  if (name == "policy") {
    const auto policy = parse_policy(value);
    return policy ? std::optional(static_cast<std::size_t>(*policy)) : std::nullopt;
  }
  if (name == "issue") return value == "critical" ? 1 : 0;
  if (name == "impacts_trading") return value == "true" ? 1 : 0;
  const auto found = std::ranges::find(kStatuses, value);
  return found == kStatuses.end() ? std::nullopt : std::optional<std::size_t>(found - kStatuses.begin() + 1);
}

}  // namespace

std::optional<Policy> policy_demand(const Labels& labels) {
  const std::string_view value = at(labels, "policy");
  if (value.empty()) return std::nullopt;
  const Policy policy = parse_policy(value).value_or(Policy::kNoNewTrades);
  return policy == Policy::kAllowAll ? std::nullopt : std::optional(policy);
}

std::optional<Policy> issue_demand(const Labels& labels) {
  if (at(labels, "issue") != "critical") return std::nullopt;
  return at(labels, "impacts_trading") == "true" ? Policy::kDefensiveExit : Policy::kNoNewTrades;
}

std::optional<Policy> contribution(const Labels& labels, const base::Inventory& inventory) {
  const auto by_issue = issue_demand(labels);
  const base::Subsystem* subsystem = inventory.find(at(labels, "subsystem"));
  std::string_view trading = at(labels, "trading");
  if (trading.empty() && subsystem != nullptr) trading = subsystem->trading;
  if (trading.empty()) return by_issue;
  const std::string_view status = at(labels, "status");
  const bool depends = trading != "none";
  std::optional<Policy> by_status;
  if (status == "failed") {
    by_status = trading == "critical" ? Policy::kEmergencyShutdown : Policy::kSafeRiskProfile;
  } else if (status == "critical") {
    by_status = depends ? Policy::kSafeRiskProfile : Policy::kNoNewTrades;
  } else if (status == "degraded" && depends) {
    by_status = Policy::kNoNewTrades;
  }
  return stricter(by_issue, by_status);
}

bool acts_on_policy(const Labels& rule) {
  const std::string_view policy = at(rule, "policy");
  const std::string_view issue = at(rule, "issue");
  return (!policy.empty() && policy != "allow_all") || issue == "critical" || is_template(issue) ||
         !at(rule, "status").empty();
}

std::string identity(std::string_view name, const Labels& rule) {
  std::string text(name);
  char before = '{';
  for (const std::string_view label : kPolicyLabels) {
    const std::string_view value = at(rule, label);
    if (value.empty()) continue;
    text.append(1, before).append(label).append("=\"").append(value).append("\"");
    before = ',';
  }
  return before == '{' ? text : text + "}";
}

Labels policy_labels(const Labels& labels) {
  Labels only;
  for (const std::string_view name : kPolicyLabels) {
    if (const std::string_view value = at(labels, name); !value.empty())
      only.emplace(std::string(name), std::string(value));
  }
  return only;
}

bool can_produce(const Labels& rule, const Labels& alert) {
  return std::ranges::all_of(kPolicyLabels, [&](std::string_view name) {
    const std::string_view value = at(rule, name);
    return is_template(value) || value == at(alert, name);
  });
}

bool covers(const Labels& rule, const Labels& other) {
  return std::ranges::all_of(kPolicyLabels, [&](std::string_view name) {
    const std::string_view mine = at(rule, name);
    const std::string_view its = at(other, name);
    if (mine == its) return true;
    if (is_template(mine) || is_template(its)) return false;
    const auto more = rank(name, mine);
    const auto less = rank(name, its);
    return more && less && *more >= *less;
  });
}

}  // namespace healer::policy
