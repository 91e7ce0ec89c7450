// What the labels of an alert may be: docs/alert-contract.md.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "salusctl/check/finding.h"
#include "salusctl/check/inputs/rulebook.h"
#include "salusctl/check/promql/matching.h"

namespace healer::salusctl::check {

struct ContractLabel {
  std::string_view name;
  std::vector<std::string_view> values;
};
// The labels whose values are a closed list.
const std::vector<ContractLabel>& contract_labels();

// The possible results of a label's template, "" for no label. nullopt: it depends on data, as with {{
// $labels.x }}.
std::optional<std::set<std::string>> outcomes(const std::string& label_template);

// All combinations of the labels that the rule sets, alertname included. A label of the contract that it does
// not set is absent. Labels of the series are not included.
std::vector<PossibleLabels> possible_labels(const Rule& alert);

void check_alert_labels(const Rulebook& book, std::vector<Finding>& findings);

}  // namespace healer::salusctl::check
