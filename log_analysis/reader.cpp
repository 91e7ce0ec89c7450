#include "log_analysis/reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "log_analysis/access.h"
#include "log_analysis/clean.h"
#include "log_analysis/header.h"
#include "log_analysis/json_line.h"
#include "log_analysis/level_rules.h"
#include "log_analysis/logfmt.h"
#include "log_analysis/stated_level.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

// Nesting depth: a line in JSON in Docker's JSON.
constexpr std::size_t kMaxNesting = 3;
// Levels are near the beginning, so only this much of a huge line is searched.
constexpr std::size_t kMaxSearched = 8 * 1024;

}  // namespace

struct Reader::Scratch {
  LevelMatcher matcher;
  std::string line;
  std::array<std::string, kMaxNesting> decoded;

  Reading read(std::string_view text, std::size_t nesting);
  std::optional<Reading> structured(std::string_view text, std::size_t nesting);
  Reading plain(std::string_view text, std::size_t nesting);
  Reading behind_structure(std::string_view message, std::optional<Level> level, bool is_line,
                           std::size_t nesting);
};

Reading Reader::Scratch::read(std::string_view text, std::size_t nesting) {
  if (auto reading = structured(text, nesting)) return *reading;
  return plain(text, nesting);
}

std::optional<Reading> Reader::Scratch::structured(std::string_view text, std::size_t nesting) {
  if (nesting >= kMaxNesting) return std::nullopt;
  const std::size_t start = skip_spaces(text, 0);
  Reading reading{.stamped = true, .message = text};
  if (at(text, start) == '{') {
    const auto json = read_json_line(text.substr(start), decoded[nesting]);
    if (!json) return std::nullopt;
    if (json->has_message) {
      reading = behind_structure(json->message, json->level, json->wrapped, nesting);
    } else if (json->level) {
      reading.level = *json->level;
      reading.levelled = true;
    }
  } else if (is_letter(at(text, start))) {
    const auto pairs = read_logfmt(text, decoded[nesting]);
    if (!pairs || (!pairs->level && !pairs->has_message)) return std::nullopt;
    reading = behind_structure(pairs->has_message ? pairs->message : text, pairs->level, false, nesting);
  } else {
    return std::nullopt;
  }
  if (reading.message.empty()) reading.message = text;
  return reading;
}

// Reads the message of a structured line. `is_line`: it is a complete line of another program.
Reading Reader::Scratch::behind_structure(std::string_view message, std::optional<Level> level, bool is_line,
                                          std::size_t nesting) {
  while (!message.empty() && (message.back() == '\n' || message.back() == '\r')) message.remove_suffix(1);
  Reading reading{.stamped = true, .message = message};
  if (is_line) {
    reading = read(message, nesting + 1);
  } else if (!level) {
    reading = plain(message, kMaxNesting);
    reading.stamped = true;
  }
  if (level) {
    reading.level = *level;
    reading.levelled = true;
  }
  return reading;
}

Reading Reader::Scratch::plain(std::string_view text, std::size_t nesting) {
  Reading reading{.message = text};
  const Header header = read_header(text);
  reading.header = header.end;
  reading.stamped = header.timed;
  reading.detail = header.detail;
  if (header.level || header.detail) {
    reading.level = header.level.value_or(Level::info);
    reading.levelled = true;
    return reading;
  }
  // A structured line after a header: syslog, `docker compose logs`, Kubernetes.
  for (const std::size_t from : {header.end, header.rest}) {
    const std::size_t start = skip_spaces(text, from);
    if (nesting >= kMaxNesting || start == 0 || start >= text.size()) continue;
    if (text[start] != '{' && !text.substr(start, 40).contains('=')) continue;
    auto inside = structured(text.substr(start), kMaxNesting - 1);
    if (!inside || !inside->levelled) continue;
    inside->stamped = inside->stamped || header.timed;
    return *inside;
  }
  std::optional<Level> level = level_of_access(text);
  if (!level) level = level_of_words(text.substr(0, kMaxSearched), header.end);
  if (level) {
    reading.level = *level;
    reading.levelled = true;
  }
  return reading;
}

Reader::Reader(std::shared_ptr<const LevelRules> rules)
    : scratch_(new Scratch{LevelMatcher(std::move(rules)), {}, {}}) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

Reading Reader::read(std::string_view line) {
  line = clean(line, scratch_->line);
  Reading reading = scratch_->read(line, 0);
  if (const auto level = scratch_->matcher.level(line)) {
    reading.level = *level;
    reading.levelled = true;
  }
  return reading;
}

}  // namespace log_analysis
