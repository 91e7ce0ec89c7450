#include "base/text/utf8.h"

#include <string>

#include "tests/catch.h"

using base::excerpt;
using base::first_invalid_utf8;
using base::is_utf8;
using base::repair_utf8;

TEST_CASE("well-formed UTF-8 is accepted") {
  const std::string text = GENERATE(values<std::string>(
      {"", "plain", "Grüße", "日本", "\xF0\x9F\x9A\xA8", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80",
       "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}));
  CHECK(is_utf8(text));
  CHECK(repair_utf8(text) == text);
}

TEST_CASE("the first byte that is not UTF-8 is found") {
  const auto [text, offset] = GENERATE(table<std::string, std::size_t>({
      {"\x80", 0},
      {"ab\xFF", 2},
      {"\xC0\x80", 0},          // overlong NUL
      {"\xC1\xBF", 0},          // overlong
      {"a\xC3", 1},             // cut off
      {"a\xE2\x82", 1},         // cut off
      {"a\xF0\x9F\x9A", 1},     // cut off
      {"\xE0\x9F\xBF", 0},      // overlong
      {"\xED\xA0\x80", 0},      // a surrogate
      {"\xF0\x8F\xBF\xBF", 0},  // overlong
      {"\xF4\x90\x80\x80", 0},  // above U+10FFFF
      {"\xF5\x80\x80\x80", 0},
      {"\xC3\x28", 0},
      {"\xE2\x28\xA1", 0},
      {"Gr\xC3\xBC\xC3\x9F\xE2", 6},
  }));
  CHECK(first_invalid_utf8(text) == offset);
}

TEST_CASE("each byte that is not UTF-8 becomes a replacement character") {
  CHECK(repair_utf8("a\xFF\xFE b\xC3") == "a\uFFFD\uFFFD b\uFFFD");
  CHECK(repair_utf8("\xE2\x82g") == "\uFFFD\uFFFDg");
  CHECK(is_utf8(repair_utf8("\xF0\x9F\xC3\x28\xED\xA0\x80")));
}

TEST_CASE("an excerpt fits one line") {
  CHECK(excerpt("plain") == "plain");
  CHECK(excerpt("a\nb\tc\x1b[31m\x7F") == "a?b?c?[31m?");
  CHECK(excerpt("a\xC2\x9B 31m\xC2\x80\xC2\xA0\xC3\x9B") == "a? 31m?\xC2\xA0\xC3\x9B");
  CHECK(excerpt("a\xFF") == "a\uFFFD");
  CHECK(excerpt("abcdef", 3) == "abc…");
  CHECK(excerpt("abcdef", 6) == "abcdef");
}

TEST_CASE("an excerpt is not cut inside a character") {
  CHECK(excerpt("aüb", 2) == "a…");
  CHECK(excerpt("aüb", 3) == "aü…");
}

TEST_CASE("one line has no line break of any kind, and nothing that is hidden or turns the text around") {
  const auto [text, line, lines] = GENERATE(table<std::string, std::string, std::string>({
      {"plain", "plain", "plain"},
      {"a\nb", "a b", "a\nb"},
      {"a\r\nb\rc", "a b c", "a\nb\nc"},
      {"a\vb\fc", "a b c", "a\nb\nc"},
      {"a\u0085b", "a b", "a\nb"},
      {"a\u2028b\u2029c", "a b c", "a\nb\nc"},
      {"a\tb", "a b", "a\tb"},
      {"a\x1b[31mb\x7f\x01", "a?[31mb??", "a?[31mb??"},
      {"a\u202Eb\u2066c\u200Fd\u061Ce", "a?b?c?d?e", "a?b?c?d?e"},
      {"a\uFEFFb\u200Bc\u2060d\u00ADe", "a?b?c?d?e", "a?b?c?d?e"},
      {"a\U000E0041b", "a?b", "a?b"},
      {"\u09A8\u200D \U0001F469\u200D\U0001F4BB", "\u09A8\u200D \U0001F469\u200D\U0001F4BB",
       "\u09A8\u200D \U0001F469\u200D\U0001F4BB"},
      {"a\xFF", "a\uFFFD", "a\uFFFD"},
      {std::string("a\0b", 3), "a?b", "a?b"},
  }));
  CAPTURE(text);
  CHECK(base::one_line(text, 100) == line);
  CHECK(base::printable(text) == lines);
}

TEST_CASE("one line is cut at a character's end") {
  CHECK(base::one_line("abcdef", 6) == "abcdef");
  CHECK(base::one_line("abcdef", 3) == "abc…");
  CHECK(base::one_line("aüb", 2) == "a…");
}
