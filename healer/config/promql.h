// Checks of a PromQL text without Prometheus.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace healer::checks {

// Why `expression` is invalid: empty, brackets or quotes that do not match, or a {{…}} other than {{target}}.
// nullopt: no problem found, but it may still be invalid.
std::optional<std::string> promql_problem(std::string_view expression);

// `expression` with every {{target}} replaced, escaped for a PromQL string in double quotes.
std::string expand_target(std::string_view expression, std::string_view target);

}  // namespace healer::checks
