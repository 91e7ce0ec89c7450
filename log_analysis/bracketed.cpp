#include "log_analysis/bracketed.h"

#include <array>
#include <cstdint>

#include "log_analysis/level_word.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

// The first three letters of months and weekdays.
constexpr std::array<string_view, 19> kCalendar{"jan", "feb", "mar", "apr", "may", "jun", "jul",
                                                "aug", "sep", "oct", "nov", "dec", "mon", "tue",
                                                "wed", "thu", "fri", "sat", "sun"};
constexpr std::uint32_t three_letters(string_view word) {
  return static_cast<std::uint32_t>(word[0] | 0x20) << 16U |
         static_cast<std::uint32_t>(word[1] | 0x20) << 8U | static_cast<std::uint32_t>(word[2] | 0x20);
}
constexpr auto kCalendarCodes = [] {
  std::array<std::uint32_t, kCalendar.size()> codes{};
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = three_letters(kCalendar[i]);
  return codes;
}();

}  // namespace

bool is_calendar(string_view word) {
  if (word.size() < 3 || word.size() > 9 || !is_upper(word[0])) return false;
  const std::uint32_t code = three_letters(word);
  bool found = false;
  for (const std::uint32_t each : kCalendarCodes) found |= each == code;
  return found;
}

Bracketed read_bracketed(string_view text) {
  Bracketed result;
  const std::size_t start = skip_spaces(text, 0);
  std::size_t stop = text.size();
  while (stop > start && is_space(text[stop - 1])) --stop;
  if (start == stop) return result;
  result.timed =
      is_digit(text[start]) && text.find_first_of(":-./") != string_view::npos && stop - start >= 8;
  // Tornado: "[E 240101 12:00:00 web:1]".
  if (is_letter(text[start]) && at(text, start + 1) == ' ' && is_digit(at(text, start + 2))) {
    result.level = level_of_letter(text[start]);
    result.timed = true;
    return result;
  }
  for (std::size_t i = start; i < stop;) {
    if (!is_letter(text[i])) {
      ++i;
      continue;
    }
    const std::size_t end = letters_end(text, i);
    const string_view word = text.substr(i, end - i);
    const char before = i == start ? ' ' : text[i - 1];
    const char after = end >= stop ? ' ' : text[end];
    const bool alone = i == start && end == stop;
    const bool module = before == ':' && end == stop && is_letter(text[start]);
    const bool bounded = (is_space(before) || before == ':' || before == '|') &&
                         (is_space(after) || after == ':' || after == '/' || after == '|');
    if (const auto level = level_word(word); level && (alone || module || (bounded && all_upper(word)))) {
      result.level = level->level;
      return result;
    }
    if (i == start && is_calendar(word) && is_space(after)) result.timed = true;
    i = end;
  }
  return result;
}

}  // namespace log_analysis
