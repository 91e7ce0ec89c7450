// What one line says: its level, and the words that are about the matter. How a level is found, in order,
// with every shape: docs/logs.md.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "logs/level.h"

namespace logs {

class LevelRules;  // a source's own patterns, compiled; logs/level_rules.h

struct Reading {
  Level level = Level::info;
  bool levelled = false;  // the line says its level; false: `level` is info for want of a better
  bool stamped = false;   // it begins with a time, as the first line of an event does
  bool detail = false;    // Postgres' DETAIL:, HINT:, STATEMENT: …: it belongs to the line before
  // The words to mine: a JSON or logfmt line's own message, decoded; else the line from its first byte,
  // without ANSI colours. Valid until the next call.
  std::string_view message;
  // How many bytes of `message` are a known header (time, host, level, logger); 0 when none is known.
  std::size_t header = 0;
};

// One per thread: it keeps scratch memory. Shares the rules, which come before all else.
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

}  // namespace logs
