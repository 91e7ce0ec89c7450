// Folds the lines that belong together (a traceback, a statement and its detail) into one event.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "logs/level.h"
#include "logs/reader.h"

namespace logs {

class LevelRules;

struct Event {
  base::WallTime at{};        // of its first line
  Level level = Level::info;  // the worst of its lines
  std::string_view text;  // its lines, cleaned (logs/clean.h), joined by '\n', at most Fold::kMaxText bytes
  std::string_view message;  // the words to mine: of the line that names it
  std::size_t header = 0;    // of `message`, as in Reading
  unsigned lines = 0;        // how many it is made of
};

class Fold {
 public:
  static constexpr std::size_t kMaxText = 16 * 1024;
  static constexpr unsigned kMaxLines = 1000;  // a longer event is given out, the rest is the next one

  // `rules` as for Reader. With a start pattern in them, an event begins where it matches and nowhere else;
  // without one, the known shapes of docs/logs.md decide.
  explicit Fold(std::shared_ptr<const LevelRules> rules = nullptr);
  ~Fold();
  Fold(Fold&&) noexcept;
  Fold& operator=(Fold&&) noexcept;

  // Takes a line, without its newline. The event that it shows to be over, if any; valid until the next call.
  std::optional<Event> push(std::string_view line, base::WallTime at);
  // Ends the event under way, if any; valid until the next call.
  std::optional<Event> flush();
  // How many lines the event under way has; 0: none.
  unsigned pending() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace logs
