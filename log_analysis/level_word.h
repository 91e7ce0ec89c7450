// The words, letters and numbers that programs write for a level.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

// How clearly a word must be a level before it counts as one; see log_analysis/header.cpp and
// log_analysis/stated_level.cpp.
enum class WordKind : std::uint8_t {
  plain,     // ERROR, warning, Info: also without capitals at a level's position
  brief,     // ERR, WRN, crit: without capitals only in brackets or before a colon
  doubtful,  // ALERT, PANIC: also ordinary words, so only in capitals or brackets
  labelled,  // LOG, NOTE: only in brackets or as "LOG:"
};

struct LevelWord {
  Level level;
  WordKind kind;
};

// `word` is made of letters of any case.
std::optional<LevelWord> level_word(std::string_view word);
// Whether any level word has this first letter and length. Makes scanning a line cheap.
bool may_be_level_word(char first, std::size_t length);

// Whether the text after a level word shows that it is a count or part of a name, not a level: "error: 0",
// "error rate". `after` is the offset after the word.
bool is_not_a_level(std::string_view line, std::size_t after);

// V, D, I, W, E, F as Android, klog, MongoDB and Ruby write them.
std::optional<Level> level_of_letter(char letter);
// RFC 5424, 6.2.1: 0 emergency to 7 debug.
Level level_of_syslog(int severity);
// A number under a key such as "level": 0–7 syslog; 10–60 pino and bunyan; 5000–50000 logback.
std::optional<Level> level_of_number(long number);
// OpenTelemetry's severity number, 1 to 24: 17 to 20 are errors, 21 to 24 fatal.
std::optional<Level> level_of_open_telemetry(long number);
// "50", "50.0" → 50; nullopt for anything else and for more than seven digits.
std::optional<long> whole_number(std::string_view value);
// The end of the offset that Go's slog puts behind a level, "+2" in "ERROR+2"; `end` if there is none. `end`
// is the offset after the word.
std::size_t offset_end(std::string_view line, std::size_t end);
// The value of a level key: "error", "E", "40", "50.0", "D1", "Information", "ERROR+2".
std::optional<Level> level_of_value(std::string_view value);
// HTTP status: 5xx is an error, 4xx a warning, the rest info; nullopt below 100 or above 599.
std::optional<Level> level_of_status(int status);

}  // namespace log_analysis
