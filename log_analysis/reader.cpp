#include "log_analysis/reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "log_analysis/access.h"
#include "log_analysis/clean.h"
#include "log_analysis/exception_name.h"
#include "log_analysis/header.h"
#include "log_analysis/json_line.h"
#include "log_analysis/level_rules.h"
#include "log_analysis/logfmt.h"
#include "log_analysis/outer_header.h"
#include "log_analysis/stated_level.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

// Nesting depth: a line in JSON in Docker's JSON.
constexpr std::size_t kMaxNesting = 3;
// Levels are near the beginning, so only this much of a huge line is searched.
constexpr std::size_t kMaxSearched = 8 * 1024;

void state(Reading& reading, Level level) {
  reading.level = level;
  reading.levelled = true;
}

}  // namespace

struct Reader::Scratch {
  LevelMatcher matcher;
  std::string line;
  std::array<std::string, kMaxNesting> decoded;

  Reading read(std::string_view text, std::size_t nesting);
  std::optional<Reading> structured(std::string_view text, std::size_t nesting);
  Reading plain(std::string_view text, std::size_t nesting);
  std::optional<Reading> behind_outer(std::string_view text, const OuterHeader& outer, std::size_t nesting);
  std::optional<Reading> late_structure(std::string_view text);
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
  const bool batch = at(text, start) == '[' && at(text, text.find_first_not_of(" \t\n", start + 1)) == '{';
  if (at(text, start) == '{' || batch) {
    const auto json = read_json_line(text.substr(start), decoded[nesting]);
    if (!json) return std::nullopt;
    if (json->has_message) {
      reading = behind_structure(json->message, json->level, json->wrapped, nesting);
    } else if (json->level) {
      reading.level = *json->level;
      reading.levelled = true;
    }
    if (!reading.levelled && json->error) state(reading, Level::error);
  } else if (is_letter(at(text, start))) {
    const auto pairs = read_logfmt(text, decoded[nesting]);
    if (!pairs || (!pairs->level && !pairs->has_message)) return std::nullopt;
    reading = behind_structure(pairs->has_message ? pairs->message : text, pairs->level, false, nesting);
    if (!reading.levelled && pairs->error) state(reading, Level::error);
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
  const bool json = !level && message.starts_with("{\"");  // a JSON line as the message of a JSON line
  if (is_line || json) {
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

// The program's own line behind the headers of collectors, if it has a structure or states a level in its
// header.
std::optional<Reading> Reader::Scratch::behind_outer(std::string_view text, const OuterHeader& outer,
                                                     std::size_t nesting) {
  const std::string_view own = text.substr(outer.end);
  if (nesting < kMaxNesting) {
    if (auto inside = structured(own, kMaxNesting - 1); inside && inside->levelled) return inside;
  }
  if (outer.level > Level::info) return std::nullopt;  // syslog's priority counts
  const Header header = read_header(own, outer.timed);
  if (!header.level && !header.detail) return std::nullopt;
  return Reading{.level = header.level.value_or(Level::info),
                 .levelled = true,
                 .stamped = header.timed,
                 .detail = header.detail,
                 .message = text,
                 .header = outer.end + header.end};
}

// JSON behind one or two names: "pod container {…}" of stern.
std::optional<Reading> Reader::Scratch::late_structure(std::string_view text) {
  constexpr std::size_t kMaxNames = 160;
  const std::size_t brace = text.substr(0, kMaxNames).find('{');
  if (brace == std::string_view::npos || brace == 0 || text[brace - 1] != ' ' || at(text, brace + 1) != '"')
    return std::nullopt;
  const std::string_view names = text.substr(0, brace - 1);
  if (std::ranges::count(names, ' ') > 1) return std::nullopt;
  if (!std::ranges::all_of(names, [](char c) { return is(c, bytes::kName) || c == ' ' || c == '/'; }))
    return std::nullopt;
  auto inside = structured(text.substr(brace), kMaxNesting - 1);
  return inside && inside->levelled ? inside : std::nullopt;
}

Reading Reader::Scratch::plain(std::string_view text, std::size_t nesting) {
  const OuterHeader outer = read_outer_header(text);
  if (outer.end > 0 && outer.end < text.size()) {
    if (auto own = behind_outer(text, outer, nesting)) {
      own->stamped = own->stamped || outer.timed;
      return *own;
    }
  }
  Reading reading{.message = text};
  if (outer.level <= Level::info) {
    if (const auto level = level_of_first_exception(text, skip_spaces(text, outer.end))) {
      reading.header = outer.end;
      reading.stamped = outer.timed;
      state(reading, *level);
      return reading;
    }
  }
  const Header header = read_header(text);
  reading.header = header.end;
  reading.stamped = header.timed;
  reading.detail = header.detail;
  if ((header.level && !outer.level) || header.detail) {
    state(reading, header.level.value_or(Level::info));
    return reading;
  }
  // A structured line after a header that is not a collector's.
  for (const std::size_t from : {header.end, header.rest}) {
    const std::size_t start = skip_spaces(text, from);
    if (nesting >= kMaxNesting || start == 0 || start >= text.size()) continue;
    if (text[start] != '{' && !text.substr(start, 40).contains('=')) continue;
    auto inside = structured(text.substr(start), kMaxNesting - 1);
    if (!inside || !inside->levelled) continue;
    inside->stamped = inside->stamped || header.timed;
    return *inside;
  }
  if (nesting < kMaxNesting) {
    if (const auto inside = late_structure(text)) return *inside;
  }
  const std::size_t from = std::max(header.end, outer.end);
  const std::string_view searched = text.substr(0, kMaxSearched);
  std::optional<Level> level;
  if (outer.level > Level::info) level = outer.level;
  if (!level) level = level_of_access(text);
  if (!level) level = level_of_exception(searched, skip_spaces(searched, from));
  if (!level) level = level_of_words(searched, from);
  if (!level) level = outer.level;
  if (level) state(reading, *level);
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
