#include "log_analysis/secret_marks.h"

#include <algorithm>
#include <array>

#include "base/text/hex.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr char kEscape = '\x1b';

// The number in `text`; -1 when it is not a number or not ASCII.
int ascii_of(string_view text, int radix) {
  int value = 0;
  if (text.empty()) return -1;
  for (const char c : text) {
    const int digit = base::hex_digit(c);
    if (digit < 0 || digit >= radix) return -1;
    value = value * radix + digit;
    if (value > 127) return -1;
  }
  return value;
}

std::size_t backslashes(string_view text, std::size_t i) {
  const std::size_t begin = i;
  while (i < text.size() && text[i] == '\\') ++i;
  return i - begin;
}

bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// \" \\\" \u0022 \x22 \n \t \/
Mark escaped(string_view text, std::size_t i) {
  std::size_t run = backslashes(text, i);
  // A backslash of a nested string may itself be escaped.
  while (text.substr(i + run - 1, 4) == "\\x5C" || text.substr(i + run - 1, 4) == "\\x5c")
    run += 3 + backslashes(text, i + run + 3);
  const char c = at(text, i + run);
  if (is_quote(c)) return {c, run + 1};
  const std::size_t digits = i + run + 1;
  if (c == 'u' || c == 'x') {
    const std::size_t count = c == 'u' ? 4 : 2;
    const int code = digits + count <= text.size() ? ascii_of(text.substr(digits, count), 16) : -1;
    if (code > 0) return {static_cast<char>(code), run + 1 + count};
  }
  if (c == 'n' || c == 'r') return {'\n', run + 1};
  if (c == 't') return {'\t', run + 1};
  if (c == '/') return {'/', run + 1};
  return {'\\', 1};
}

// &quot; &#34; &#x22;
Mark entity(string_view text, std::size_t i) {
  struct Name {
    string_view text;
    char c;
  };
  constexpr std::array<Name, 7> kNames{{{"&quot;", '"'},
                                        {"&apos;", '\''},
                                        {"&amp;", '&'},
                                        {"&lt;", '<'},
                                        {"&gt;", '>'},
                                        {"&equals;", '='},
                                        {"&colon;", ':'}}};
  const string_view rest = text.substr(i, 10);
  for (const Name& name : kNames)
    if (rest.starts_with(name.text)) return {name.c, name.text.size()};
  const std::size_t end = rest.find(';');
  if (end == string_view::npos || at(rest, 1) != '#') return {'&', 1};
  const bool hex = lower(at(rest, 2)) == 'x';
  const int code = ascii_of(rest.substr(hex ? 3 : 2, end - (hex ? 3 : 2)), hex ? 16 : 10);
  return code > 0 ? Mark{static_cast<char>(code), end + 1} : Mark{'&', 1};
}

// %22, and %2522 for a URL inside a URL.
Mark percent(string_view text, std::size_t i) {
  std::size_t digits = i + 1;
  while (text.substr(digits, 2) == "25") digits += 2;
  const int code = digits + 2 <= text.size() ? ascii_of(text.substr(digits, 2), 16) : -1;
  return code > 0 ? Mark{static_cast<char>(code), digits + 2 - i} : Mark{'%', 1};
}

// The text after a plain quote or one with backslashes before it: strings nested in strings have 0, 1, 3, 7
// backslashes.
Quoted plain_quoted(string_view text, std::size_t i, Mark open) {
  const std::size_t depth = open.size - 1;
  const char quote = open.c;
  std::size_t p = i + open.size;
  if (depth == 0 && at(text, p) == quote && at(text, p + 1) == quote) {  // """x""", '''x'''
    const std::size_t close = text.find(text.substr(i, 3), p + 2);
    if (close != string_view::npos) return {p + 2, close, close + 3};
  }
  const std::size_t begin = p;
  while (p < text.size()) {
    const std::size_t run = backslashes(text, p);
    const std::size_t place = p + run;
    if (at(text, place) != quote || place >= text.size()) {
      p = std::max(place, p + 1);
      continue;
    }
    if (run % (2 * (depth + 1)) == depth) {
      const std::size_t behind = place + 1;
      const bool doubled = depth == 0 && at(text, behind) == quote && quote != '`';  // SQL, CSV
      const bool apostrophe = depth == 0 && quote == '\'' && place > begin && is_letter(text[place - 1]) &&
                              is_letter(at(text, behind)) && text.find('\'', behind) != string_view::npos;
      if (!doubled && !apostrophe) return {begin, place - depth, behind};
      p = behind + (doubled ? 1 : 0);
      continue;
    }
    if (run < depth) return {begin, p, p};  // the string around it ends
    p = place + 1;
  }
  return {begin, text.size(), text.size()};
}

}  // namespace

Mark mark_at(string_view text, std::size_t i) {
  if (i >= text.size()) return {};
  switch (text[i]) {
    case '\\':
      return escaped(text, i);
    case '&':
      return entity(text, i);
    case '%':
      return percent(text, i);
    default:
      return {text[i], 1};
  }
}

std::size_t skip_colours(string_view text, std::size_t i) {
  constexpr std::array<string_view, 6> kEscapes{"x1b", "x1B", "u001b", "u001B", "033", "e"};
  while (i < text.size()) {
    std::size_t p = i;
    if (text[i] == kEscape) {
      p = i + 1;
    } else if (text[i] == '\\') {
      p += backslashes(text, i);
      if (text.substr(p).starts_with("x5C")) p += 3;
      const auto* const known =
          std::ranges::find_if(kEscapes, [&](string_view name) { return text.substr(p).starts_with(name); });
      if (known == kEscapes.end()) return i;
      p += known->size();
    } else if (text.substr(i).starts_with("#033")) {
      p = i + 4;
    } else if (text.substr(i).starts_with("^[[")) {
      p = i + 2;
    } else {
      return i;
    }
    if (at(text, p) != '[') return i;
    ++p;
    while (p < text.size() && (is_digit(text[p]) || text[p] == ';' || text[p] == '?')) ++p;
    if (p >= text.size() || !is_letter(text[p])) return i;
    i = p + 1;
  }
  return i;
}

std::size_t skip_blanks(string_view text, std::size_t i) {
  while (i < text.size()) {
    if (is_space(text[i])) {
      ++i;
    } else if (const std::size_t behind = skip_colours(text, i); behind > i) {
      i = behind;
    } else if (text.substr(i).starts_with("%20")) {
      i += 3;
    } else {
      break;
    }
  }
  return i;
}

std::optional<Quoted> quoted_at(string_view text, std::size_t i) {
  const Mark open = mark_at(text, i);
  if (open.size == 0 || !is_quote(open.c)) return std::nullopt;
  if (text[i + open.size - 1] == open.c) return plain_quoted(text, i, open);
  const std::size_t begin = i + open.size;
  const string_view token = text.substr(i, open.size);
  for (std::size_t close = text.find(token, begin); close != string_view::npos;
       close = text.find(token, close + 1)) {
    const string_view before = text.substr(begin, close - begin);
    const bool escaped = before.ends_with('\\') || before.ends_with("\\x5C") || before.ends_with("\\u005c");
    if (!escaped) return Quoted{begin, close, close + open.size};
  }
  const std::size_t end = std::min(text.find_first_of(text[i] == '%' ? " \"\n" : "\"\n", begin), text.size());
  return Quoted{begin, end, end};
}

bool names_key(string_view text, std::size_t i) {
  if (!is_letter(at(text, i)) && at(text, i) != '_') return false;
  while (i < text.size() && (is(text[i], bytes::kWord) || text[i] == '-' || text[i] == '.')) ++i;
  if (at(text, i) == ':') return at(text, i + 1) != '/' && at(text, i + 1) != ':';
  return at(text, i) == '=';
}

char OpenQuote::at(std::size_t position) {
  for (; p_ < position; ++p_) {
    const char c = text_[p_];
    if (c == '\n') open_ = 0;
    if (c == '\\') ++p_;  // an escaped quote neither opens nor closes
    if (!is_quote(c)) continue;
    const bool behind_word = p_ > 0 && is(text_[p_ - 1], bytes::kWord);
    const bool before_word = p_ + 1 < text_.size() && is(text_[p_ + 1], bytes::kWord);
    if (open_ == 0) {
      if (c == '"' || !behind_word) open_ = c;
    } else if (open_ == c && (c == '"' || !(behind_word && before_word))) {
      open_ = 0;
    }
  }
  return open_;
}

void OpenQuote::skip(std::size_t begin, std::size_t end) {
  at(begin);
  p_ = std::max(p_, end);
}

}  // namespace log_analysis
