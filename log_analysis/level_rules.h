// The configured patterns of a log source: which lines have which level, and which line begins an event.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "log_analysis/level.h"

namespace log_analysis {

struct LevelRule {
  std::string pattern;  // PCRE without look-around and back-references
  Level level = Level::info;
  std::string place;  // its position in the configuration, for messages: "exporter.yml:12:
                      // logs.files[0].levels[1].pattern"
};

// Checks one pattern. The error is Vectorscan's reason, with the byte if it is known.
base::Result<> check_pattern(std::string_view pattern);

// Compiled once, then immutable and shared by all threads. A pattern matches anywhere in the cleaned line (^
// and $ are its ends), case-sensitively unless it says (?i), `.` matches every byte.
class LevelRules {
 public:
  // The error lists all invalid patterns, each with its place. `start` matches the first line of every event;
  // empty: no start pattern. `start_place` as LevelRule::place.
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

// Matches lines against the rules. Holds Vectorscan's scratch space, so only one thread may use it at a time.
class LevelMatcher {
 public:
  // If `rules` is null, nothing matches.
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

}  // namespace log_analysis
