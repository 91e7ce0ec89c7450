// Writes text as a JSON string, without building a document.
#pragma once

#include <string>
#include <string_view>

namespace log_analysis {

// Appends `text` as a JSON string (RFC 8259 §7), with its quotes. Bytes that are not UTF-8 become U+FFFD.
void append_json(std::string& json, std::string_view text);

}  // namespace log_analysis
