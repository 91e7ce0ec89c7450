#include "log_analysis/logfmt.h"

#include <algorithm>
#include <array>

#include "log_analysis/json_line.h"
#include "log_analysis/level_word.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr std::array<string_view, 9> kLevelKeys{
    "level", "lvl", "severity", "loglevel", "log_level", "log.level", "levelname", "@level", "severity_text"};
constexpr std::array<string_view, 2> kErrorKeys{"err", "error"};
constexpr std::array<string_view, 4> kMessageKeys{"msg", "message", "@message", "event"};

template <std::size_t n>
bool contains(const std::array<string_view, n>& names, string_view key) {
  return std::ranges::any_of(names, [&](string_view name) { return same_letters(key, name); });
}

// "EOF" and "context canceled" are errors; nil, a count and a flag are not.
bool names_error(string_view value) {
  constexpr std::array<string_view, 9> kNothing{"nil",   "<nil>", "null", "none",   "no",
                                                "false", "ok",    "-",    "success"};
  if (value.empty() || value == "[]" || value == "{}") return false;
  if (std::ranges::all_of(value, [](char c) { return is_digit(c) || c == '.'; })) return false;
  return !contains(kNothing, value);
}

std::size_t key_end(string_view line, std::size_t i) {
  while (i < line.size() && is(line[i], bytes::kName)) ++i;
  return i;
}

}  // namespace

std::optional<LogfmtLine> read_logfmt(string_view line, std::string& scratch) {
  std::size_t p = skip_spaces(line, 0);
  const std::size_t first = key_end(line, p);
  if (first == p || first >= line.size() || line[first] != '=' ||
      !is(line[p], bytes::kLetter | bytes::kName) || is_digit(line[p]))
    return std::nullopt;
  LogfmtLine result;
  bool escaped = false;
  while (p < line.size()) {
    const std::size_t end = key_end(line, p);
    if (end == p || end >= line.size() || line[end] != '=') {
      p = skip_spaces(line, token_end(line, p));
      continue;
    }
    const string_view key = line.substr(p, end - p);
    std::size_t start = end + 1;
    std::size_t stop = start;
    bool slashes = false;
    if (at(line, start) == '"') {
      stop = ++start;
      while (stop < line.size() && line[stop] != '"') {
        slashes = slashes || line[stop] == '\\';
        stop += line[stop] == '\\' ? 2 : 1;
      }
      stop = std::min(stop, line.size());
      p = stop + 1;
    } else {
      stop = token_end(line, start);
      p = stop;
    }
    const string_view value = line.substr(start, stop - start);
    if (!result.level && contains(kLevelKeys, key)) result.level = level_of_value(value);
    if (contains(kErrorKeys, key)) result.error = result.error || names_error(value);
    if (!result.has_message && contains(kMessageKeys, key)) {
      result.has_message = true;
      result.message = value;
      escaped = slashes;
    }
    p = skip_spaces(line, p);
  }
  if (escaped) {
    scratch.clear();
    decode_json_string(result.message, scratch);
    result.message = scratch;
  }
  return result;
}

}  // namespace log_analysis
