#include "log_analysis/access.h"

#include <algorithm>
#include <array>

#include "log_analysis/level_word.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr std::array<string_view, 10> kMethods{"GET ",   "POST ",    "PUT ",     "HEAD ",  "DELETE ",
                                               "PATCH ", "OPTIONS ", "CONNECT ", "TRACE ", "PROPFIND "};

bool is_request(string_view text) {
  if (!is_upper(at(text, 0)) || !is_upper(at(text, 2))) return false;
  return std::ranges::any_of(kMethods, [&](string_view method) { return text.starts_with(method); });
}

// Three digits between spaces.
std::optional<Level> status_at(string_view line, std::size_t i) {
  if (i + 3 > line.size() || !is_digit(line[i]) || !is_digit(line[i + 1]) || !is_digit(line[i + 2]))
    return std::nullopt;
  if (!is_space(at(line, i + 3))) return std::nullopt;
  return level_of_status((line[i] - '0') * 100 + (line[i + 1] - '0') * 10 + (line[i + 2] - '0'));
}

}  // namespace

std::optional<Level> level_of_access(string_view line) {
  // [time] "GET /path HTTP/1.1" 502 157; invalid requests, such as a TLS ClientHello, are quoted too.
  const std::size_t open = line.find('"');
  if (open != string_view::npos) {
    const bool stamped = open >= 2 && line[open - 1] == ' ' && line[open - 2] == ']';
    const bool request = is_request(line.substr(open + 1));
    if (stamped || request) {
      std::size_t close = open;
      while ((close = line.find('"', close + 1)) != string_view::npos && line[close - 1] == '\\') {
      }
      if (close == string_view::npos || at(line, close + 1) != ' ') return std::nullopt;
      const auto level = status_at(line, close + 2);
      const char size = at(line, close + 6);
      return request || is_digit(size) || size == '-' ? level : std::nullopt;
    }
    if (line.starts_with("[GIN]")) {
      const std::size_t bar = line.find("| ");
      return bar == string_view::npos ? std::nullopt : status_at(line, bar + 2);
    }
    return std::nullopt;
  }
  // morgan: GET /path 502 1.234 ms - 157
  if (is_request(line)) {
    const std::size_t path = line.find(' ') + 1;
    const std::size_t end = token_end(line, path);
    if (at(line, path) == '/' && end < line.size()) return status_at(line, end + 1);
  }
  return std::nullopt;
}

}  // namespace log_analysis
