// Label matchers of Prometheus and Alertmanager, also for labels whose values are only partly known.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "salusctl/check/promql/promql_names.h"

namespace healer::salusctl::check {

enum class Truth { kNo, kMaybe, kYes };
Truth operator&&(Truth a, Truth b);

// Whether a label with that value matches ("" is an absent label). kMaybe: the regular expression is not
// supported here.
Truth fits(const Matcher& matcher, std::string_view value);

// The possible labels of an alert. A label that is not listed may have any value or be absent.
using PossibleLabels = std::map<std::string, std::set<std::string>, std::less<>>;
// kYes: with each of the possible values; kNo: with none of them.
Truth fits(const std::vector<Matcher>& matchers, const PossibleLabels& labels);

// Alertmanager's form: heal = "", severity =~ warning|info, {a="b", c!="d"}. Source:
// https://prometheus.io/docs/alerting/0.25/configuration/#matcher
base::Result<std::vector<Matcher>> parse_matchers(std::string_view text);

}  // namespace healer::salusctl::check
