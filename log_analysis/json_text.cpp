#include "log_analysis/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text/utf8.h"

namespace log_analysis {

namespace {

bool plain(char c) { return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\'; }

}  // namespace

void append_json(std::string& json, std::string_view text) {
  json += '"';
  const std::string repaired = base::repair_utf8(text);
  for (auto at = repaired.begin(); at != repaired.end();) {
    const auto end = std::find_if_not(at, repaired.end(), plain);
    json.append(at, end);
    if (end == repaired.end()) break;
    if (*end == '"' || *end == '\\') {
      json += '\\';
      json += *end;
    } else {
      fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<unsigned>(*end));
    }
    at = end + 1;
  }
  json += '"';
}

}  // namespace log_analysis
