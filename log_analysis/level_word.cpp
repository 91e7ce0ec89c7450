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
    Entry{"avertissement", Level::warning, WordKind::labelled},
    Entry{"advertencia", Level::warning, WordKind::labelled},
    Entry{"aviso", Level::warning, WordKind::labelled},
    Entry{"attenzione", Level::warning, WordKind::labelled},
    Entry{"critical", Level::critical, WordKind::plain},
    Entry{"crit", Level::critical, WordKind::brief},
    Entry{"config", Level::info, WordKind::labelled},
    Entry{"chyba", Level::error, WordKind::labelled},
    Entry{"debug", Level::info, WordKind::plain},
    Entry{"dbg", Level::info, WordKind::brief},
    Entry{"dbug", Level::info, WordKind::brief},
    Entry{"deb", Level::info, WordKind::brief},
    Entry{"debg", Level::info, WordKind::brief},
    Entry{"dpanic", Level::critical, WordKind::brief},
    Entry{"error", Level::error, WordKind::plain},
    Entry{"err", Level::error, WordKind::brief},
    Entry{"eror", Level::error, WordKind::brief},
    Entry{"emerg", Level::critical, WordKind::brief},
    Entry{"emergency", Level::critical, WordKind::doubtful},
    Entry{"erro", Level::error, WordKind::brief},
    Entry{"erreur", Level::error, WordKind::labelled},
    Entry{"errore", Level::error, WordKind::labelled},
    Entry{"eroare", Level::error, WordKind::labelled},
    Entry{"fatal", Level::critical, WordKind::plain},
    Entry{"ftl", Level::critical, WordKind::brief},
    Entry{"fat", Level::critical, WordKind::labelled},
    Entry{"fail", Level::error, WordKind::labelled},
    Entry{"fine", Level::info, WordKind::doubtful},
    Entry{"finer", Level::info, WordKind::doubtful},
    Entry{"finest", Level::info, WordKind::doubtful},
    Entry{"fata", Level::critical, WordKind::brief},
    Entry{"fehler", Level::error, WordKind::labelled},
    Entry{"hata", Level::error, WordKind::labelled},
    Entry{"hinweis", Level::info, WordKind::labelled},
    Entry{"info", Level::info, WordKind::plain},
    Entry{"inf", Level::info, WordKind::brief},
    Entry{"information", Level::info, WordKind::doubtful},
    Entry{"informational", Level::info, WordKind::doubtful},
    Entry{"log", Level::info, WordKind::labelled},
    Entry{"notice", Level::info, WordKind::plain},
    Entry{"note", Level::info, WordKind::labelled},
    Entry{"panic", Level::critical, WordKind::doubtful},
    Entry{"panik", Level::critical, WordKind::labelled},
    Entry{"pnc", Level::critical, WordKind::brief},
    Entry{"severe", Level::critical, WordKind::doubtful},
    Entry{"success", Level::info, WordKind::doubtful},
    Entry{"system", Level::info, WordKind::labelled},
    Entry{"trace", Level::info, WordKind::plain},
    Entry{"trce", Level::info, WordKind::brief},
    Entry{"trc", Level::info, WordKind::brief},
    Entry{"uyari", Level::warning, WordKind::labelled},
    Entry{"verbose", Level::info, WordKind::doubtful},
    Entry{"vrb", Level::info, WordKind::brief},
    Entry{"varning", Level::warning, WordKind::labelled},
    Entry{"warning", Level::warning, WordKind::plain},
    Entry{"warn", Level::warning, WordKind::plain},
    Entry{"wrn", Level::warning, WordKind::brief},
    Entry{"warnung", Level::warning, WordKind::labelled},
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
// "critical medium error" is how the kernel's block layer names the kind of an I/O error.
constexpr std::array<std::string_view, 32> kNouns{
    "bars",    "budget",   "count",    "counter",   "counts",  "correction", "file",      "free",
    "handler", "handlers", "handling", "level",     "levels",  "log",        "logger",    "logs",
    "margin",  "medium",   "metrics",  "nexus",     "page",    "pages",      "queue",     "rate",
    "rates",   "ratio",    "recovery", "reporting", "section", "target",     "threshold", "thresholds"};
constexpr std::array<std::string_view, 6> kNothing{"0", "none", "null", "nil", "no", "false"};

template <std::size_t n>
bool contains(const std::array<std::string_view, n>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// "INFO: task x:12 blocked for more than 120 seconds", "rcu: INFO: rcu_sched self-detected stall": the
// kernel's own INFO of an error. The phrase decides.
bool is_kernel_report(std::string_view line, std::size_t colon) {
  const std::string_view text = line.substr(colon + 1);
  if (text.starts_with(" task ")) return text.contains(" blocked for more than ");
  return text.starts_with(" rcu_") && text.contains("detected stall");
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
  if (colon && is_kernel_report(line, after)) return true;
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

std::optional<Level> level_of_open_telemetry(long number) {
  if (number < 1 || number > 24) return std::nullopt;
  if (number >= 21) return Level::critical;
  if (number >= 17) return Level::error;
  return number >= 13 ? Level::warning : Level::info;
}

std::optional<long> whole_number(std::string_view value) {
  const std::size_t point = value.find('.');
  if (point != std::string_view::npos) {
    const std::string_view fraction = value.substr(point + 1);
    if (fraction.empty() || !std::ranges::all_of(fraction, is_digit)) return std::nullopt;
  }
  value = value.substr(0, point);
  if (value.empty() || value.size() > 7 || !std::ranges::all_of(value, is_digit)) return std::nullopt;
  long number = 0;
  for (const char digit : value) number = number * 10 + (digit - '0');
  return number;
}

std::size_t offset_end(std::string_view line, std::size_t end) {
  if ((at(line, end) != '+' && at(line, end) != '-') || !is_digit(at(line, end + 1))) return end;
  std::size_t digits = end + 1;
  while (is_digit(at(line, digits))) ++digits;
  return is_space(at(line, digits)) ? digits : end;
}

std::optional<Level> level_of_value(std::string_view value) {
  while (!value.empty() && (is_space(value.back()) || value.back() == '!')) value.remove_suffix(1);
  while (!value.empty() && is_space(value.front())) value.remove_prefix(1);
  if (value.empty()) return std::nullopt;
  if (is_digit(value[0])) {
    const auto number = whole_number(value);
    return number ? level_of_number(*number) : std::nullopt;
  }
  // Go's slog between its levels: "ERROR+2", "INFO-1".
  if (const std::size_t end = letters_end(value, 0); offset_end(value, end) == value.size())
    value = value.substr(0, end);
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
