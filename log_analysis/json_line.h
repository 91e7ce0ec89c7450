// Reads level and message of a JSON object on one line, without building a document.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

struct JsonLine {
  std::optional<Level> level;
  bool has_message = false;
  bool error = false;        // it names an error, or an exchange's code of one, and is no access line
  bool wrapped = false;      // `message` is a complete log line, as in Docker's "log" field
  std::string_view message;  // decoded; valid as long as `line` and `scratch`
};

// nullopt when `line` is neither an object nor an array of objects, of which the first is read; a truncated
// object is accepted. `scratch` holds a message that had to
// be decoded.
std::optional<JsonLine> read_json_line(std::string_view line, std::string& scratch);

// Appends the text of a JSON string (without its quotes) to `out`; invalid escapes are copied unchanged.
void decode_json_string(std::string_view raw, std::string& out);

}  // namespace log_analysis
