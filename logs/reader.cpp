#include "logs/reader.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "logs/access.h"
#include "logs/clean.h"
#include "logs/header.h"
#include "logs/json_line.h"
#include "logs/level_rules.h"
#include "logs/logfmt.h"
#include "logs/stated_level.h"
#include "logs/text.h"

namespace logs {

namespace {

// A line inside a line inside a line: Docker's wrapping of an application's JSON whose message is a line.
constexpr std::size_t kMaxNesting = 3;
// Levels stand early: the words of a huge line are searched this far.
constexpr std::size_t kMaxSearched = 8 * 1024;

}  // namespace

struct Reader::Scratch {
  LevelMatcher matcher;
  std::string line;
  std::array<std::string, kMaxNesting> decoded;

  Reading read(std::string_view line, std::size_t nesting);
  Reading plain(std::string_view line, std::size_t nesting);
  Reading inner(std::string_view message, std::optional<Level> level, bool look, std::size_t nesting);
};

Reading Reader::Scratch::read(std::string_view text, std::size_t nesting) {
  const std::size_t start = skip_spaces(text, 0);
  if (nesting < kMaxNesting) {
    if (at(text, start) == '{') {
      if (const auto json = read_json_line(text.substr(start), decoded[nesting])) {
        Reading reading{
            .level = json->level.value_or(Level::info), .levelled = json->level.has_value(), .message = text};
        if (json->has_message) reading = inner(json->message, json->level, json->wrapped, nesting);
        if (reading.message.empty()) reading.message = text;
        reading.stamped = !json->wrapped || reading.stamped;
        return reading;
      }
    } else if (is_letter(at(text, start))) {
      const auto pairs = read_logfmt(text, decoded[nesting]);
      if (pairs && (pairs->level || pairs->has_message)) {
        Reading reading = inner(pairs->has_message ? pairs->message : text, pairs->level, false, nesting);
        if (reading.message.empty()) reading.message = text;
        reading.stamped = true;
        return reading;
      }
    }
  }
  return plain(text, nesting);
}

// The message of a structured line. `look`: it is a line in its own right, with a structure of its own.
Reading Reader::Scratch::inner(std::string_view message, std::optional<Level> level, bool look,
                               std::size_t nesting) {
  Reading reading;
  while (!message.empty() && (message.back() == '\n' || message.back() == '\r')) message.remove_suffix(1);
  if (look) {
    reading = read(message, nesting + 1);
  } else if (!level) {
    reading = plain(message, kMaxNesting);
  } else {
    reading.message = message;
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
  // A structured line behind a header: syslog, `docker compose logs`, Kubernetes.
  const std::size_t start = skip_spaces(text, header.rest);
  if (header.rest > 0 && nesting < kMaxNesting && start < text.size() &&
      (text[start] == '{' || is_letter(text[start]))) {
    const std::string_view rest = text.substr(start);
    if (rest[0] == '{' || rest.substr(0, 40).contains('=')) {
      Reading structured = read(rest, kMaxNesting - 1);
      if (structured.levelled && (rest[0] == '{' || structured.message.data() != rest.data())) {
        structured.stamped = structured.stamped || header.timed;
        return structured;
      }
    }
  }
  std::optional<Level> level = level_of_access(text);
  if (!level) level = level_of_words(text.substr(0, kMaxSearched), std::min(header.rest, text.size()));
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

}  // namespace logs
