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

// HAProxy's HTTP log: "10.0.0.1:33317 [07/Aug/2026:08:23:43.655] web app/s1 10/0/30/69/109 502 750 …": the
// status is behind the five times.
std::optional<Level> level_of_haproxy(string_view line) {
  std::size_t p = line.find("] ");
  if (p == string_view::npos || p < 24 || line[p - 13] != ':' || line[p - 4] != '.') return std::nullopt;
  p += 2;
  for (int field = 0; field < 2; ++field) {  // frontend, backend/server
    p = token_end(line, p);
    if (p >= line.size()) return std::nullopt;
    ++p;
  }
  int slashes = 0;
  for (; p < line.size() && (is_digit(line[p]) || one_of<'/', '-', '+'>(line[p])); ++p)
    slashes += line[p] == '/';
  return slashes == 4 && at(line, p) == ' ' ? status_at(line, p + 1) : std::nullopt;
}

}  // namespace

std::optional<Level> level_of_access(string_view line) {
  // [time] "GET /path HTTP/1.1" 502 157; invalid requests, such as a TLS ClientHello, are quoted too.
  const std::size_t open = line.find('"');
  if (open != string_view::npos) {
    const bool stamped = open >= 2 && line[open - 1] == ' ' && line[open - 2] == ']';
    const bool request = is_request(line.substr(open + 1));
    if (request && !stamped) {
      if (const auto level = level_of_haproxy(line.substr(0, open))) return level;
    }
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
