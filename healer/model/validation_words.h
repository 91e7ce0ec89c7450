// The five phases of the weekly validation in the words that operators know, for the report and for who
// waits.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "healer/model/validation_result.h"

namespace healer::validation {

// "AI Agent Validation" for the phase `modules`; the name of a phase that is not one of the five.
std::string_view title_of(std::string_view phase);
// "[1/5] Running AI Agent Validation...". `phase` counts from 0.
std::string progress_line(std::size_t phase);
// "5/5 modules operational"
std::string detail_of(const Phase& phase);

}  // namespace healer::validation
