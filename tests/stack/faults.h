// What can be made to go wrong with the example service.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace example {

enum class Fault {
  kNone,
  kDie,         // exits at once, with a code other than 0
  kHang,        // lives and answers, but its state files stand still and are dated back
  kCrashLoop,   // exits at every start, until the control file is gone
  kLogStorm,    // a thousand error lines a second
  kSlow,        // answers after five seconds
  kWrongJson,   // answers and writes half a document
  kCallErrors,  // every fifth of its calls fails
  kNoSymbols,   // its universe snapshot is empty
};

std::string_view to_string(Fault fault);
std::optional<Fault> parse_fault(std::string_view text);

// Reads the control file, in which a fault outlives restarts. No file, or one that names no fault: kNone.
Fault read_control(const std::string& path);
// Writes it; kNone removes it. False when it could not.
bool write_control(const std::string& path, Fault fault);

}  // namespace example
