// What an HTTP response must be like for a probe to succeed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/yaml/yaml.h"
#include "exporter/probes/probe_result.h"
#include "exporter/probes/regex.h"

namespace exporter::probes {

struct Expectation {
  std::vector<int> statuses;  // empty: every 2xx
  std::vector<Regex> wanted;
  std::vector<Regex> unwanted;
  // JSON pointer, and the text of the scalar that must be there. A string is compared as it is, a number by
  // its value, and true, false and null by their names.
  std::vector<std::pair<std::string, std::string>> json;
};

// The keys valid_status_codes, fail_if_body_not_matches_regexp, fail_if_body_matches_regexp and json.
Expectation read_expectation(const base::yaml::Node& probe);

// Why the response is not the expected one; kNone when it is. The text never quotes the body.
Failure judge(const Expectation& expectation, int status, std::string_view body);

// The expressions of a list; each that cannot be compiled is reported as a problem.
std::vector<Regex> read_regexes(const base::yaml::Node& list);
Regex read_regex(const base::yaml::Node& node, Regex::Lines lines = Regex::Lines::kWhole);

}  // namespace exporter::probes
