// Character classes of log lines: ASCII only, independent of the locale.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace log_analysis {

namespace bytes {

inline constexpr std::uint8_t kLetter = 1, kDigit = 2, kSpace = 4, kUpper = 8, kStamp = 16, kName = 32,
                              kWord = 64;

// The classes of each byte. kStamp: part of a time, a date or an address; kName: part of a dotted or dashed
// name; kWord: part of an identifier.
inline constexpr auto kKinds = [] {
  std::array<std::uint8_t, 256> kinds{};
  for (int c = 'a'; c <= 'z'; ++c) kinds[static_cast<std::size_t>(c)] |= kLetter | kName | kWord;
  for (int c = 'A'; c <= 'Z'; ++c) kinds[static_cast<std::size_t>(c)] |= kLetter | kUpper | kName | kWord;
  for (int c = '0'; c <= '9'; ++c) kinds[static_cast<std::size_t>(c)] |= kDigit | kStamp | kName | kWord;
  for (const char c : std::string_view(":./,+-TZ")) kinds[static_cast<std::uint8_t>(c)] |= kStamp;
  for (const char c : std::string_view("_.-@")) kinds[static_cast<std::uint8_t>(c)] |= kName;
  kinds['_'] |= kWord;
  for (const char c : std::string_view(" \t")) kinds[static_cast<std::uint8_t>(c)] |= kSpace;
  return kinds;
}();

}  // namespace bytes

constexpr bool is(char c, std::uint8_t kinds) {
  return (bytes::kKinds[static_cast<std::uint8_t>(c)] & kinds) != 0;
}
// one_of<'a', 'b'>(c)
template <char... chars>
constexpr bool one_of(char c) {
  return ((c == chars) || ...);
}
constexpr bool is_letter(char c) { return is(c, bytes::kLetter); }
constexpr bool is_digit(char c) { return is(c, bytes::kDigit); }
constexpr bool is_space(char c) { return is(c, bytes::kSpace); }
constexpr bool is_upper(char c) { return is(c, bytes::kUpper); }
constexpr char lower(char c) { return is_upper(c) ? static_cast<char>(c | 0x20) : c; }
constexpr char upper(char c) { return is_letter(c) ? static_cast<char>(c & ~0x20) : c; }

// Whether `text` equals `letters` (lower case), ignoring case.
constexpr bool same_letters(std::string_view text, std::string_view letters) {
  if (text.size() != letters.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (lower(text[i]) != letters[i]) return false;
  return true;
}
constexpr bool begins_with_letters(std::string_view text, std::string_view letters) {
  return text.size() >= letters.size() && same_letters(text.substr(0, letters.size()), letters);
}

// The byte at `at`; a space beyond the end, because the end of a line delimits a word like a space.
constexpr char at(std::string_view text, std::size_t i) { return i < text.size() ? text[i] : ' '; }

constexpr std::size_t skip_spaces(std::string_view text, std::size_t i) {
  while (i < text.size() && is_space(text[i])) ++i;
  return i;
}
// The end of the run of letters that starts at `i`.
constexpr std::size_t letters_end(std::string_view text, std::size_t i) {
  while (i < text.size() && is_letter(text[i])) ++i;
  return i;
}
// Where the bracket at `open` closes, skipping nested brackets of its kind; npos when not within `most`
// bytes.
constexpr std::size_t closing_bracket(std::string_view text, std::size_t open, std::size_t most) {
  const char left = text[open];
  const char right = left == '[' ? ']' : ')';
  int depth = 0;
  for (std::size_t i = open; i < text.size() && i < open + most; ++i) {
    if (text[i] == left) ++depth;
    if (text[i] == right && --depth == 0) return i;
  }
  return std::string_view::npos;
}
constexpr std::size_t token_end(std::string_view text, std::size_t i) {
  while (i < text.size() && !is_space(text[i])) ++i;
  return i;
}
constexpr bool all_upper(std::string_view word) {
  for (const char c : word)
    if (!is_upper(c)) return false;
  return true;
}

}  // namespace log_analysis
