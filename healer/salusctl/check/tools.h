// What other programs say of their own files: promtool, amtool, salus-exporter and salus-healer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "healer/salusctl/check/finding.h"
#include "healer/salusctl/check/places.h"
#include "healer/salusctl/check/rulebook.h"

namespace healer::salusctl::check {

// Runs those that are installed, each for 30 s at most; the others are named in the report's `left_out`.
void ask_tools(const Places& places, const Rulebook& book, Report& report);

// The findings in what a program said of `files` when it was not content: lines such as "FILE: 5:15: what",
// "FILE:5: what", "line 5: what" behind one of them; what has no line is about the first line.
std::vector<Finding> findings_in(std::string_view output, std::string_view kind,
                                 const std::vector<std::string>& files);

// What a program or the YAML reader says of a file, as a finding.
Finding file_finding(std::string file, int line, std::string what);

}  // namespace healer::salusctl::check
