// The policy that the labels of an alert, or of its rule, demand (docs/alert-contract.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "healer/model/labels.h"
#include "healer/model/model.h"
#include "inventory/subsystems.h"

namespace healer::policy {

// The labels by which an alert or a rule acts on the policy.
inline constexpr std::string_view kPolicyLabels[] = {"impacts_trading", "issue", "policy", "status"};

// By its label `policy`. A value that is not a policy demands no_new_trades, because its author wanted a
// restriction. nullopt: there is no such label, or it is allow_all.
std::optional<Policy> policy_demand(const Labels& labels);
// By its label `issue`: the policy that rules/policy.rules.yml derives from one critical issue.
std::optional<Policy> issue_demand(const Labels& labels);
// By its label `status` as well: at least the policy that one such subsystem alone demands. `unknown` is not
// counted: a separate alert reports it.
std::optional<Policy> contribution(const Labels& labels, const base::Inventory& inventory);

// True when a rule with these labels, as in its file, may act on the policy.
bool acts_on_policy(const Labels& rule);
// A rule's name and the labels by which it acts on the policy: `Stale{issue="critical",status="critical"}`.
std::string identity(std::string_view name, const Labels& rule);
// Only those labels.
Labels policy_labels(const Labels& labels);

// This rule can have produced an alert with these labels.
bool can_produce(const Labels& rule, const Labels& alert);
// True when `rule` demands at least the policy that `other` demands.
bool covers(const Labels& rule, const Labels& other);

}  // namespace healer::policy
