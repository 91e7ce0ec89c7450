#include "log_analysis/level_word.h"

#include <algorithm>
#include <array>

#include "log_analysis/text.h"

namespace log_analysis {

namespace {

struct Entry {
  std::string_view text;
  Level level;
  WordKind kind;
};

// Sorted by first letter, for the lookup.
constexpr std::array kWords{
    Entry{"alert", Level::critical, WordKind::doubtful},
    Entry{"critical", Level::critical, WordKind::plain},
    Entry{"crit", Level::critical, WordKind::brief},
    Entry{"config", Level::info, WordKind::labelled},
    Entry{"debug", Level::info, WordKind::plain},
    Entry{"dbg", Level::info, WordKind::brief},
    Entry{"dbug", Level::info, WordKind::brief},
    Entry{"deb", Level::info, WordKind::brief},
    Entry{"error", Level::error, WordKind::plain},
    Entry{"err", Level::error, WordKind::brief},
    Entry{"eror", Level::error, WordKind::brief},
    Entry{"emerg", Level::critical, WordKind::brief},
    Entry{"emergency", Level::critical, WordKind::doubtful},
    Entry{"fatal", Level::critical, WordKind::plain},
    Entry{"ftl", Level::critical, WordKind::brief},
    Entry{"fat", Level::critical, WordKind::labelled},
    Entry{"fail", Level::error, WordKind::labelled},
    Entry{"fine", Level::info, WordKind::doubtful},
    Entry{"finer", Level::info, WordKind::doubtful},
    Entry{"finest", Level::info, WordKind::doubtful},
    Entry{"info", Level::info, WordKind::plain},
    Entry{"inf", Level::info, WordKind::brief},
    Entry{"information", Level::info, WordKind::doubtful},
    Entry{"informational", Level::info, WordKind::doubtful},
    Entry{"log", Level::info, WordKind::labelled},
    Entry{"notice", Level::info, WordKind::plain},
    Entry{"note", Level::info, WordKind::labelled},
    Entry{"panic", Level::critical, WordKind::doubtful},
    Entry{"severe", Level::critical, WordKind::doubtful},
    Entry{"success", Level::info, WordKind::doubtful},
    Entry{"system", Level::info, WordKind::labelled},
    Entry{"trace", Level::info, WordKind::plain},
    Entry{"trce", Level::info, WordKind::brief},
    Entry{"trc", Level::info, WordKind::brief},
    Entry{"verbose", Level::info, WordKind::doubtful},
    Entry{"vrb", Level::info, WordKind::brief},
    Entry{"warning", Level::warning, WordKind::plain},
    Entry{"warn", Level::warning, WordKind::plain},
    Entry{"wrn", Level::warning, WordKind::brief},
};

// kBuckets[n]: the first entry of the letter 'a' + n; kLengths[n]: bit l, some word of that letter has l
// letters.
constexpr auto kBuckets = [] {
  std::array<std::uint8_t, 27> buckets{};
  for (std::size_t letter = 0; letter <= 26; ++letter)
    buckets[letter] = static_cast<std::uint8_t>(std::ranges::count_if(
        kWords, [&](const Entry& entry) { return static_cast<std::size_t>(entry.text[0] - 'a') < letter; }));
  return buckets;
}();
constexpr auto kLengths = [] {
  std::array<std::uint32_t, 26> lengths{};
  for (const Entry& entry : kWords)
    lengths[static_cast<std::size_t>(entry.text[0] - 'a')] |= 1U << entry.text.size();
  return lengths;
}();

// "Error rate 0.1 %", "warning threshold set": the word is part of a name.
constexpr std::array<std::string_view, 28> kNouns{
    "bars",   "budget",  "count",    "counter",  "counts",    "correction", "file",
    "free",   "handler", "handlers", "handling", "level",     "levels",     "log",
    "logger", "logs",    "margin",   "metrics",  "page",      "pages",      "queue",
    "rate",   "rates",   "ratio",    "recovery", "reporting", "threshold",  "thresholds"};
constexpr std::array<std::string_view, 6> kNothing{"0", "none", "null", "nil", "no", "false"};

template <std::size_t n>
bool contains(const std::array<std::string_view, n>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

bool may_be_level_word(char first, std::size_t length) {
  const auto letter = static_cast<std::size_t>(lower(first) - 'a');
  return letter < 26 && length < 32 && (kLengths[letter] >> length & 1U) != 0;
}

std::optional<LevelWord> level_word(std::string_view word) {
  if (word.empty() || !may_be_level_word(word[0], word.size())) return std::nullopt;
  const auto letter = static_cast<std::size_t>(lower(word[0]) - 'a');
  for (std::size_t i = kBuckets[letter]; i < kBuckets[letter + 1]; ++i)
    if (same_letters(word, kWords[i].text)) return LevelWord{kWords[i].level, kWords[i].kind};
  return std::nullopt;
}

bool is_not_a_level(std::string_view line, std::size_t after) {
  const std::size_t end = after;
  const bool colon = at(line, after) == ':';
  if (colon) ++after;
  const std::size_t start = skip_spaces(line, after);
  if (start == after && !colon) return false;
  std::size_t stop = start;
  while (stop < line.size() && (is_letter(line[stop]) || is_digit(line[stop]))) ++stop;
  const std::string_view next = line.substr(start, stop - start);
  if (next.empty()) return false;
  if (colon) {
    const char behind = stop < line.size() ? line[stop] : ',';
    return contains(kNothing, next) &&
           (std::string_view(",;)").contains(behind) || (next == "0" && is_space(behind)));
  }
  return start == end + 1 && contains(kNouns, next);
}

std::optional<Level> level_of_letter(char letter) {
  switch (letter) {
    case 'T':
    case 'V':
    case 'D':
    case 'I':
    case 'N':
      return Level::info;
    case 'W':
      return Level::warning;
    case 'E':
      return Level::error;
    case 'F':
      return Level::critical;
    default:
      return std::nullopt;
  }
}

Level level_of_syslog(int severity) {
  if (severity <= 2) return Level::critical;
  if (severity == 3) return Level::error;
  return severity == 4 ? Level::warning : Level::info;
}

std::optional<Level> level_of_number(long number) {
  if (number < 0) return std::nullopt;
  if (number <= 7) return level_of_syslog(static_cast<int>(number));
  if (number >= 1000) number = number / 1000 + 10;
  if (number < 10 || number > 100) return std::nullopt;
  if (number >= 60) return Level::critical;
  if (number >= 50) return Level::error;
  return number >= 40 ? Level::warning : Level::info;
}

std::optional<Level> level_of_value(std::string_view value) {
  while (!value.empty() && (is_space(value.back()) || value.back() == '!')) value.remove_suffix(1);
  while (!value.empty() && is_space(value.front())) value.remove_prefix(1);
  if (value.empty()) return std::nullopt;
  if (is_digit(value[0])) {
    long number = 0;
    for (const char digit : value) {
      if (!is_digit(digit) || number > 1'000'000) return std::nullopt;
      number = number * 10 + (digit - '0');
    }
    return level_of_number(number);
  }
  // MongoDB's D1 to D5, Postgres' DEBUG1 to DEBUG5.
  if (value.size() > 1 && is_digit(value.back())) value.remove_suffix(1);
  if (value.size() == 1) return level_of_letter(upper(value[0]));
  if (const auto word = level_word(value)) return word->level;
  return std::nullopt;
}

std::optional<Level> level_of_status(int status) {
  if (status < 100 || status > 599) return std::nullopt;
  if (status >= 500) return Level::error;
  return status >= 400 ? Level::warning : Level::info;
}

}  // namespace log_analysis
