#include "log_analysis/line_start.h"

#include "log_analysis/level_word.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr std::size_t kSearched = 100;

// klog and glog: "E0102 15:04:05.000000 1 file.go:12] words", "E20240102 …".
bool klog(string_view line, LineStart& start) {
  const char letter = line[0];
  if (letter != 'I' && letter != 'W' && letter != 'E' && letter != 'F') return false;
  std::size_t end = 1;
  while (is_digit(at(line, end))) ++end;
  const std::size_t time = skip_spaces(line, end);
  if ((end != 5 && end != 9) || time == end || !is_digit(at(line, time)) || at(line, time + 2) != ':')
    return false;
  const std::size_t close = line.substr(0, kSearched).find("] ");
  start = {
      .level = level_of_letter(letter), .end = close == string_view::npos ? end : close + 2, .timed = true};
  return true;
}

// "E, [2024-01-01T00:00:00.000000 #1] ERROR -- : words".
bool ruby(string_view line, LineStart& start) {
  if (at(line, 1) != ',' || at(line, 2) != ' ' || at(line, 3) != '[') return false;
  const auto level = level_of_letter(line[0]);
  if (!level) return false;
  const std::size_t close = line.substr(0, kSearched).find(" : ");
  start = {.level = level, .end = close == string_view::npos ? 3 : close + 3, .timed = true};
  return true;
}

// "E/Tag( 123): words".
bool android(string_view line, LineStart& start) {
  if (at(line, 1) != '/' || !is_letter(at(line, 2)) || !is_letter(at(line, 3))) return false;  // not "I/O"
  const auto level = level_of_letter(line[0]);
  const std::size_t colon = line.substr(0, kSearched).find(": ");
  if (!level || colon == string_view::npos) return false;
  start = {.level = level, .end = colon + 2};
  return true;
}

// "E: Unable to locate package", as apt writes it; not "E:\\path".
bool apt(string_view line, LineStart& start) {
  if (line[0] != 'E' && line[0] != 'W') return false;
  if (at(line, 1) != ':' || at(line, 2) != ' ' || !is_upper(at(line, 3)) || line.size() < 5) return false;
  start = {.level = level_of_letter(line[0]), .end = 3};
  return true;
}

// "=ERROR REPORT==== 2-Jan-2024::03:04:05 ===" of Erlang.
void erlang(string_view line, LineStart& start) {
  const std::size_t end = letters_end(line, 1);
  constexpr string_view kReport = " REPORT==== ";
  if (line.substr(end, kReport.size()) != kReport) return;
  const string_view kind = line.substr(1, end - 1);
  start = {.level = Level::info, .end = end + kReport.size(), .timed = true};
  if (kind == "ERROR" || kind == "CRASH" || kind == "SUPERVISOR") start.level = Level::error;
  if (kind == "WARNING") start.level = Level::warning;
}

// "1:M 01 Jan 2024 12:00:00.000 # words", before 3.0 "[1] 01 Jan 12:00:00.000 # words".
void redis(string_view line, LineStart& start) {
  const bool bracket = line[0] == '[';
  const std::size_t first = bracket ? 1 : 0;
  std::size_t end = first;
  while (is_digit(at(line, end))) ++end;
  if (end == first) return;
  if (bracket && at(line, end) == ']' && is_digit(at(line, end + 2))) {
    start.end = end + 1;
    start.redis = true;
  } else if (!bracket && at(line, end) == ':' && string_view("MSCX").contains(at(line, end + 1)) &&
             at(line, end + 2) == ' ') {
    start.end = end + 2;
    start.redis = true;
  }
}

}  // namespace

LineStart read_line_start(string_view line) {
  LineStart start;
  if (line.empty()) return start;
  if (is_upper(line[0])) {
    if (!klog(line, start) && !ruby(line, start) && !apt(line, start)) android(line, start);
  } else if (line[0] == '=') {
    erlang(line, start);
  } else if (is_digit(line[0]) || line[0] == '[') {
    redis(line, start);
  }
  return start;
}

}  // namespace log_analysis
