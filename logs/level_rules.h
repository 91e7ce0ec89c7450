// A source's own patterns: which lines have which level, and which line begins an event.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logs/level.h"

namespace logs {

struct LevelRule {
  std::string pattern;  // PCRE without look-around and back-references
  Level level = Level::info;
  std::string place;  // where it is written, for messages: "exporter.yml:12: logs.files[0].levels[1].pattern"
};

// What Vectorscan refuses in one pattern: why, and at which byte when it says so.
base::Result<> check_pattern(std::string_view pattern);

// Compiled once, then immutable: shared by every thread. A pattern matches anywhere in the cleaned line (^
// and $ are its ends), case-sensitively unless it says (?i), `.` matches every byte.
class LevelRules {
 public:
  // All bad patterns in one error, each with its place. `start`: matches the first line of every event, empty
  // for none; `start_place` as LevelRule::place.
  static base::Result<std::shared_ptr<const LevelRules>> compile(const std::vector<LevelRule>& rules,
                                                                 const std::string& start = "",
                                                                 const std::string& start_place = "");
  ~LevelRules();
  LevelRules(const LevelRules&) = delete;
  LevelRules& operator=(const LevelRules&) = delete;

  bool has_levels() const;
  bool has_start() const;

 private:
  friend class LevelMatcher;
  struct Databases;
  explicit LevelRules(std::unique_ptr<Databases> databases);
  std::unique_ptr<Databases> databases_;
};

// Asks the rules. Holds Vectorscan's scratch, so it belongs to one thread at a time.
class LevelMatcher {
 public:
  // `rules` may be null: nothing matches then.
  explicit LevelMatcher(std::shared_ptr<const LevelRules> rules);
  ~LevelMatcher();
  LevelMatcher(LevelMatcher&&) noexcept;
  LevelMatcher& operator=(LevelMatcher&&) noexcept;

  // The level of the first rule, in the order they were given, that matches.
  std::optional<Level> level(std::string_view line);
  bool has_start() const;
  bool starts(std::string_view line);

 private:
  struct Scratch;
  std::shared_ptr<const LevelRules> rules_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace logs
