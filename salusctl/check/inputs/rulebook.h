// The rules, with the lines of their parts.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml/yaml.h"
#include "salusctl/check/promql/promql_names.h"

namespace healer::salusctl::check {

// A PromQL expression of a rule, a dashboard or a playbook.
struct Query {
  std::string file;
  int line = 1;        // of its first token
  bool block = false;  // written as several lines, each of which is a line of the file
  std::string asker;   // "alert HostMemoryHigh", "panel CPU"
  std::string expr;
  Names names;
  int line_of(std::size_t offset) const;
};

struct Text {
  std::string name;
  std::string value;
  int line = 1;
};

struct Rule {
  bool is_alert = false;
  std::string name;
  std::string file;
  int line = 1;
  Query query;
  int keep_firing_line = 0;  // of keep_firing_for; 0: there is none
  std::vector<Text> labels;
  std::vector<Text> annotations;
  // nullptr: there is none with that name.
  const Text* label(std::string_view wanted) const;
  const Text* annotation(std::string_view wanted) const;
};

struct Rulebook {
  std::vector<std::string> files;
  std::vector<std::string>
      ignored;  // other YAML files in the folder, which the shipped configuration does not load
  std::vector<Rule> rules;
  const Rule* alert(std::string_view name) const;  // the first with that name
  std::set<std::string, std::less<>> recorded() const;
  std::set<std::string, std::less<>> alerts() const;
};

// *.rules.yml in `folder` and in its folder custom/. A file that cannot be read is added to `problems` and
// skipped.
Rulebook read_rules(const std::string& folder, base::yaml::Problems& problems);

// A hint at a similar name: " (did you mean …?)" or "".
std::string meant(std::string_view wanted, const std::set<std::string, std::less<>>& known);

}  // namespace healer::salusctl::check
