// Reads one log line: its level and its message. The order and all formats are in docs/logs.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

class LevelRules;  // configured patterns of a source, compiled; log_analysis/level_rules.h

struct Reading {
  Level level = Level::info;
  bool levelled = false;  // the line states a level; false: `level` is info by default
  bool stamped = false;   // it begins with a time, like the first line of an event
  bool detail = false;    // Postgres' DETAIL:, HINT:, STATEMENT: …: it belongs to the previous line
  // The text for pattern mining: the decoded message of a JSON or logfmt line, else the whole line without
  // ANSI colours. Valid until the next call.
  std::string_view message;
  // Number of bytes of `message` that are a known header (time, host, level, logger); 0 when none is known.
  std::size_t header = 0;
};

// Holds scratch memory; use one object for each thread. Shares the rules, which take precedence.
class Reader {
 public:
  explicit Reader(std::shared_ptr<const LevelRules> rules = nullptr);
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  // `line` has no newline; any bytes. Does not allocate for a line that is neither JSON nor coloured.
  Reading read(std::string_view line);

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace log_analysis
