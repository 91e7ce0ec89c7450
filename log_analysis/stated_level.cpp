#include "log_analysis/stated_level.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "log_analysis/header.h"
#include "log_analysis/level_word.h"
#include "log_analysis/phrases.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr std::array<string_view, 8> kKeys{"level",     "lvl",       "severity",  "loglevel",
                                           "log_level", "log.level", "levelname", "priority"};

// The word before `begin` negates it: "0 errors", "no ERROR", "without warning".
bool denied(string_view line, std::size_t begin) {
  std::size_t end = begin;
  while (end > 0 && is_space(line[end - 1])) --end;
  if (end == 0 || end == begin) return false;
  std::size_t start = end;
  while (start > 0 && is(line[start - 1], bytes::kName)) --start;
  const string_view word = line.substr(start, end - start);
  return word == "0" || same_letters(word, "no") || same_letters(word, "without") ||
         same_letters(word, "zero");
}

// level=error, as a separate word: not in "?level=error", not in quotes.
bool is_value_of_level(string_view line, std::size_t begin) {
  std::size_t key_end = begin - 1;
  if (line[key_end] == '"' && key_end > 0) --key_end;
  if (line[key_end] != '=') return false;
  std::size_t start = key_end;
  while (start > 0 && is(line[start - 1], bytes::kName)) --start;
  const string_view key = line.substr(start, key_end - start);
  if (std::ranges::none_of(kKeys, [&](string_view name) { return same_letters(key, name); })) return false;
  if (start > 0 && !is_space(line[start - 1]) && line[start - 1] != '[' && line[start - 1] != '(')
    return false;
  return std::ranges::count(line.substr(0, start), '"') % 2 == 0;
}

// "[error]", "(warn)", "<info>", "|ERROR|", spaces allowed: alone in brackets.
bool is_alone(string_view line, std::size_t begin, std::size_t end) {
  std::size_t left = begin;
  while (left > 0 && is_space(line[left - 1])) --left;
  if (left == 0) return false;
  const std::size_t right = skip_spaces(line, end);
  if (right >= line.size()) return false;
  const char open = line[left - 1];
  const char close = line[right];
  if ((open == '<' && close == '>') || (open == '|' && close == '|') || (open == '[' && close == ']'))
    return true;
  return open == '(' && close == ')' && left == begin && right == end && left > 1 && is_space(line[left - 2]);
}

// "x.cs(1,2): error CS1002: ; expected"
bool is_compiler_error(string_view line, std::size_t begin, std::size_t end) {
  if (begin < 2 || line[begin - 1] != ' ' || line[begin - 2] != ':' || at(line, end) != ' ') return false;
  std::size_t code = letters_end(line, end + 1);
  if (code == end + 1 || !is_digit(at(line, code))) return false;
  while (is_digit(at(line, code))) ++code;
  return at(line, code) == ':';
}

// By first letter, one bit a length: bit 31 stands for 31 and more.
using Lengths = std::array<std::uint32_t, 26>;
Lengths lengths_of(bool (*may_be)(char, std::size_t)) {
  Lengths lengths{};
  for (std::size_t letter = 0; letter < lengths.size(); ++letter)
    for (std::size_t length = 1; length < 32; ++length)
      if (may_be(static_cast<char>('a' + letter), length)) lengths[letter] |= 1U << length;
  return lengths;
}
// A cheap table lookup: most words are neither a level word nor the start of a phrase.
const Lengths kLevelLengths = lengths_of(may_be_level_word);
const Lengths kPhraseLengths = lengths_of(may_be_phrase);

std::optional<Level> stated(string_view line, std::size_t begin, std::size_t end, std::size_t from) {
  const string_view text = line.substr(begin, end - begin);
  const auto word = level_word(text);
  if (!word) return std::nullopt;
  if (begin > 0 && is_value_of_level(line, begin)) return word->level;
  const char before = begin == 0 ? ' ' : line[begin - 1];
  const char next = at(line, end);
  if (is(before, bytes::kName) || is(next, bytes::kDigit) || next == '_' || next == '=' || next == '@')
    return std::nullopt;
  if (static_cast<unsigned char>(before) >= 0x80 || static_cast<unsigned char>(next) >= 0x80)
    return std::nullopt;
  if ((next == '.' || next == '-') && is(at(line, end + 1), bytes::kName)) return std::nullopt;
  if (one_of<'/', '=', '?', '&', '\\', '%', '+', '$', '~', '`', '\''>(before) || next == '\'' ||
      next == '`' || next == '?')
    return std::nullopt;
  if (is_alone(line, begin, end)) return word->level;
  if (word->kind == WordKind::labelled) {
    return all_upper(text) && next == ':' && at(line, end + 1) == ' ' && at(line, end + 2) == ' '
               ? std::optional(word->level)
               : std::nullopt;
  }
  if (denied(line, begin) || is_not_a_level(line, end)) return std::nullopt;
  if (is_space(before) || before == ':' || before == '|' || before == '[' || before == '(' || before == ']' ||
      before == '"' || before == ',' || before == '>' || before == '#' || before == '*') {
    const bool ambiguous = word->kind != WordKind::plain;
    if (all_upper(text) && text.size() > 2) {
      if (before == '"' && next != '"') return std::nullopt;
      const bool early = begin < from + 48;
      if (!ambiguous || next == ':' ||
          (early && (is_space(next) || next == '!') && word->kind == WordKind::brief))
        return next == '/' && !early ? std::nullopt : std::optional(word->level);
      return std::nullopt;
    }
    if (before == '"' || ambiguous) return std::nullopt;
    if (word->level == Level::critical && line.substr(end).starts_with(" error:")) return word->level;
    const bool colon =
        next == ':' || (next == ' ' && at(line, end + 1) == ':' && is_space(at(line, end + 2)));
    if (colon && !line.substr(end).starts_with("::")) return word->level;
    if (is_compiler_error(line, begin, end)) return word->level;
  }
  return std::nullopt;
}

// A statement of SQL: its words are those of a table.
bool is_sql(string_view text) {
  if (text.starts_with("SELECT ")) return text.contains(" FROM ");
  if (text.starts_with("UPDATE ")) return text.contains(" SET ");
  return text.starts_with("INSERT INTO ") || text.starts_with("DELETE FROM ");
}

}  // namespace

std::optional<Level> level_of_words(string_view line, std::size_t from) {
  const std::size_t start = skip_spaces(line, from);
  if (is_upper(at(line, start)) && is_sql(line.substr(start))) return std::nullopt;
  std::optional<Level> phrase;
  const std::size_t size = line.size();
  for (std::size_t i = from; i < size;) {
    if (!is_letter(line[i])) {
      ++i;
      continue;
    }
    const std::size_t end = letters_end(line, i + 1);
    const auto letter = static_cast<std::size_t>((line[i] | 0x20) - 'a');
    const std::uint32_t length = 1U << std::min<std::size_t>(end - i, 31);
    if ((kLevelLengths[letter] & length) != 0) {
      if (const auto level = stated(line, i, end, from)) return phrase ? std::max(*level, *phrase) : *level;
    }
    if ((kPhraseLengths[letter] & length) != 0 || (end - i > 5 && at(line, end) == ':')) {
      const auto level = level_of_phrase(line, i, end, from);
      if (level && (!phrase || *level > *phrase)) phrase = level;
    }
    i = end;
  }
  return phrase;
}

}  // namespace log_analysis
