// Runs other programs on their own files: promtool, amtool, salus-exporter and salus-healer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "salusctl/check/finding.h"
#include "salusctl/check/inputs/places.h"
#include "salusctl/check/inputs/rulebook.h"

namespace healer::salusctl::check {

// Runs those that are installed, each for at most 30 s; the others are listed in the report's `skipped`.
void ask_tools(const Places& places, const Rulebook& book, Report& report);

// The findings in the output of a program that rejected `files`: lines such as "FILE: 5:15: what",
// "FILE:5: what", or "line 5: what" after one of them; a message without a line is about the first line.
std::vector<Finding> findings_in(std::string_view output, std::string_view kind,
                                 const std::vector<std::string>& files);

// A message of a program or of the YAML reader about a file, as a finding.
Finding file_finding(std::string file, int line, std::string what);

}  // namespace healer::salusctl::check
