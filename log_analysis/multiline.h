// Joins lines that belong together (a traceback, a statement and its detail) into one event.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "log_analysis/level.h"
#include "log_analysis/reader.h"

namespace log_analysis {

class LevelRules;

struct Event {
  base::WallTime at{};        // time of its first line
  Level level = Level::info;  // the worst level of its lines
  std::string_view text;      // its lines, cleaned (log_analysis/clean.h), joined by '\n', at most
                              // MultilineFolder::kMaxText bytes
  std::string_view message;   // the text for pattern mining: that of the line with the message
  std::size_t header = 0;     // of `message`, as in Reading
  unsigned lines = 0;         // number of lines
};

class MultilineFolder {
 public:
  static constexpr std::size_t kMaxText = 16 * 1024;
  static constexpr unsigned kMaxLines = 1000;  // a longer event is split: the rest is the next event

  // `rules` as for Reader. With a start pattern, an event begins exactly where it matches; without one, the
  // formats of docs/logs.md decide.
  explicit MultilineFolder(std::shared_ptr<const LevelRules> rules = nullptr);
  ~MultilineFolder();
  MultilineFolder(MultilineFolder&&) noexcept;
  MultilineFolder& operator=(MultilineFolder&&) noexcept;

  // Adds a line, without its newline. Returns the event that this line shows to be complete, if any; valid
  // until the next call.
  std::optional<Event> push(std::string_view line, base::WallTime at);
  // Ends and returns the current event, if any; valid until the next call.
  std::optional<Event> flush();
  // Number of lines of the current event; 0: no event.
  unsigned pending() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace log_analysis
