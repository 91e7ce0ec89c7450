// A JSON object on one line, read without building it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "logs/level.h"

namespace logs {

struct JsonLine {
  std::optional<Level> level;
  bool has_message = false;
  bool wrapped = false;      // `message` is a line of its own, as Docker's "log" is
  std::string_view message;  // decoded; valid as long as `line` and `scratch`
};

// Nothing when `line` is no object: what was cut short still counts as one. `scratch` takes a message that
// needed decoding.
std::optional<JsonLine> read_json_line(std::string_view line, std::string& scratch);

// Appends the text of a JSON string (without its quotes) to `out`; broken escapes stand for themselves.
void decode_json_string(std::string_view raw, std::string& out);

}  // namespace logs
