#include "log_analysis/secret_values.h"

#include <algorithm>
#include <array>

#include "log_analysis/secret_marks.h"
#include "log_analysis/secret_prose.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr std::array<string_view, 8> kSchemes{"bearer",    "basic",  "token", "digest",
                                              "negotiate", "apikey", "bot",   "key"};
constexpr std::array<string_view, 12> kPlain{"true", "false", "null", "none", "nil", "undefined",
                                             "yes",  "no",    "on",   "off",  "n/a", "nan"};

bool ends_line(string_view text, std::size_t i) {
  return i >= text.size() || text[i] == '\n' || text[i] == '\r';
}
bool is_gap(string_view text, std::size_t i) { return ends_line(text, i) || is_space(text[i]); }
bool is_closer(char c) { return c == ')' || c == ']' || c == '}'; }

bool one_of_words(string_view text, const auto& words) {
  return std::ranges::any_of(words, [&](string_view word) { return same_letters(text, word); });
}

// An apostrophe is inside a word.
bool is_apostrophe(string_view text, std::size_t i) {
  return text[i] == '\'' && i > 0 && is_letter(text[i - 1]) && is_letter(at(text, i + 1));
}

// Whether a quote ends the value before it: it matches the open one, or is a closing quote.
bool quote_ends(string_view text, std::size_t i, char open) {
  if (text[i] == open) return !is_apostrophe(text, i);
  return is_gap(text, i + 1) || string_view(",;)]}>&").contains(text[i + 1]);
}

// A comma or semicolon ends the value if a space, a quote or the next key follows; else it is part of the
// secret.
bool separates(string_view text, std::size_t i) {
  return is_gap(text, i + 1) || string_view("\"'{").contains(at(text, i + 1)) || names_key(text, i + 1);
}

bool only_letters(string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_letter(c) || static_cast<unsigned char>(c) >= 0x80 || c == '\'' || c == '-' || c == ',' ||
           c == '.';
  }) && std::ranges::any_of(text, [](char c) { return c != '-' && c != '.' && c != ','; });
}

bool is_number(string_view text, std::size_t most) {
  return text.size() < most && std::ranges::none_of(text, is_letter);
}
// USDT, an address of a contract: 0x and 40 digits.
bool is_symbol(string_view text) {
  if (text.size() >= 2 && text.size() <= 6 && std::ranges::all_of(text, is_upper)) return true;
  return text.size() == 42 && text.starts_with("0x");
}
bool is_uuid(string_view text) {
  if (text.size() != 36) return false;
  for (const std::size_t dash : {8, 13, 18, 23})
    if (text[dash] != '-') return false;
  return true;
}
bool is_path(string_view text) {
  if (text.starts_with("file:")) return true;
  if (!text.starts_with('/') && !text.starts_with("./") && !text.starts_with("~/")) return false;
  return std::ranges::all_of(text, [](char c) { return is(c, bytes::kName) || c == '/' || c == '_'; }) &&
         (std::ranges::count(text, '/') > 1 || text.contains('.'));
}
bool is_address(string_view text) {
  return text.contains("://") || text.contains(":\\/\\/") || text.contains("%2F%2F") ||
         text.contains("%2f%2f");
}

// The offset after the mask that starts at `i`, or after the mask in quotes and brackets; 0 when there is
// none.
std::size_t behind_mask(string_view text, std::size_t i) {
  while (i < text.size() && !masked_at(text, i)) {
    const Mark mark = mark_at(text, i);
    if (!string_view("\"'`([{").contains(mark.c)) return 0;
    i += mark.size;
  }
  return i < text.size() ? i + 3 : 0;
}

// Whether a value of this kind is not secret.
bool harmless(string_view text, SecretKey kind) {
  if (text.empty() || text == "***" || text == "<*>") return true;
  switch (kind) {
    case SecretKey::token:
      return is_number(text, 8) || is_symbol(text);
    case SecretKey::weak:
      return is_number(text, 13) || is_symbol(text) || is_uuid(text) || text.starts_with("S-1-") ||
             (is_statement(text, 0) && speaks_of_secrets(text));
    case SecretKey::key:
      return is_path(text);
    case SecretKey::hook:
      return !is_address(text);
    default:
      return false;
  }
}

// The offset after a string prefix of a programming language: b'x', N'x', Some("x"), string(7) "x". Sets
// `called` inside a parenthesis.
std::size_t skip_wrapping(string_view text, std::size_t i, bool& called) {
  for (int depth = 0; depth < 4; ++depth) {
    if (is_letter(at(text, i)) && (at(text, i + 1) == '"' || at(text, i + 1) == '\'')) return i + 1;
    if (string_view("&@$*").contains(at(text, i)) && at(text, i + 1) == '"') return i + 1;
    std::size_t end = i;
    while (end < text.size() && (is(text[end], bytes::kWord) || text[end] == '.' || text[end] == ':')) ++end;
    if (end == i || at(text, end) != '(') return i;
    const std::size_t close = closing_bracket(text, end, 16);
    if (close != string_view::npos) {
      const std::size_t after = skip_spaces(text, close + 1);
      if (after > close + 1 && mark_at(text, after).c == '"') return after;
    }
    called = true;
    i = end + 1;
  }
  return i;
}

std::size_t line_end(string_view text, std::size_t i, char open) {
  while (!ends_line(text, i)) {
    if (text[i] == open && !is_apostrophe(text, i)) break;
    if (text[i] == '\\' && open != 0) {  // an escaped quote does not close
      const std::size_t size = mark_at(text, i).size;
      i += std::max<std::size_t>(size, 2);
      continue;
    }
    ++i;
  }
  return std::min(i, text.size());
}

Value line_value(string_view text, std::size_t i, char open) {
  const std::size_t word = letters_end(text, i);
  if (word < text.size() && text[word] == ' ' && one_of_words(text.substr(i, word - i), kSchemes))
    i = word + 1;
  if (masked_at(text, i)) return {.next = i + 3};
  const std::size_t end = line_end(text, i, open);
  return {i, end, end};
}

// "password: |" of YAML: the indented lines below it.
std::optional<Value> block_value(string_view text, std::size_t i) {
  if (at(text, i) != '|' && at(text, i) != '>') return std::nullopt;
  std::size_t p = i + 1;
  while (at(text, p) == '-' || at(text, p) == '+') ++p;
  if (p >= text.size() || text[p] != '\n') return std::nullopt;
  const std::size_t begin = skip_spaces(text, p + 1);
  const std::size_t indent = begin - p - 1;
  if (indent == 0) return std::nullopt;
  std::size_t end = p;
  while (end < text.size()) {
    const std::size_t start = end + 1;
    if (!ends_line(text, start) && skip_spaces(text, start) - start < indent) break;
    end = std::min(text.find('\n', start), text.size());
  }
  return Value{begin, std::max(begin, end), std::max(begin, end)};
}

std::optional<Value> bracketed_value(string_view text, std::size_t i, SecretKey kind) {
  const char left = at(text, i);
  const bool tuple = left == '(' && string_view("\"'").contains(mark_at(text, i + 1).c);  // ('bob', 'x')
  if (!tuple && (kind == SecretKey::weak || kind == SecretKey::hook || (left != '[' && left != '{')))
    return std::nullopt;
  const char right = left == '[' ? ']' : left == '{' ? '}' : ')';
  int depth = 0;
  std::size_t end = i;
  for (; end < text.size(); ++end) {
    if (text[end] == left) ++depth;
    if (text[end] == right && --depth == 0) break;
  }
  if (end == text.size()) end = line_end(text, i, 0);
  return Value{i + 1, std::max(i + 1, end), std::max(i + 1, end)};
}

// Extends the first word by the following ones, up to the next key, bracket, quote or option.
std::size_t phrase_end(string_view text, std::size_t end, char open, Joint joint) {
  while (true) {
    const std::size_t next = skip_spaces(text, end);
    if (next == end || ends_line(text, next) || names_key(text, next)) return end;
    const char c = text[next];
    if (string_view("|;&(){}[]<>\"`=").contains(c) || c == open || masked_at(text, next)) return end;
    if (c == '-' && (joint == Joint::option || !is_letter(at(text, next + 1)))) return end;
    const std::size_t stop = bare_end(text, next, open);
    if (stop == next) return end;
    end = stop;
    while (end > next && is_closer(text[end - 1])) --end;
    if (end < stop) return end;
    if (at(text, end) == ',' && joint != Joint::colon) return end;
    if (at(text, end) == ',') ++end;
  }
}

Value bare_value(string_view text, std::size_t i, SecretKey kind, Joint joint, char open, bool encoded) {
  std::size_t end = bare_end(text, i, open, encoded);
  if (joint == Joint::field) end = std::max(end, std::min(text.find_first_of(";\"'\n", i), text.size()));
  bool closed = at(text, end) == ';' || at(text, end) == '&';
  while (end > i && string_view(")]},.:").contains(text[end - 1])) {
    closed = closed || is_closer(text[end - 1]);
    --end;
  }
  const string_view word = text.substr(i, end - i);
  if (harmless(word, kind) || one_of_words(word, kPlain)) return {.next = std::max(i, end)};
  if (closed || joint == Joint::query || joint == Joint::field || encoded || kind == SecretKey::hook)
    return {i, end, end};
  const bool letters = only_letters(word);
  if (kind == SecretKey::weak) {
    // "session: user has left" is a statement.
    const std::size_t next = skip_spaces(text, end);
    const bool alone = ends_line(text, next) || next == end || names_key(text, next);
    return letters && joint == Joint::colon && !alone ? Value{.next = end} : Value{i, end, end};
  }
  const bool phrase = kind == SecretKey::phrase || letters ||
                      (joint == Joint::colon && (kind == SecretKey::value || kind == SecretKey::key));
  if (phrase) {
    if (at(text, end) == ',' && joint == Joint::colon && !names_key(text, skip_spaces(text, end + 1))) ++end;
    end = phrase_end(text, end, open, joint);
    while (end > i && string_view(",.").contains(text[end - 1])) --end;
  }
  return {i, end, end};
}

}  // namespace

bool masked_at(string_view text, std::size_t i) {
  const string_view three = text.substr(std::min(i, text.size()), 3);
  return three == "***" || three == "<*>";
}

std::size_t bare_end(string_view text, std::size_t i, char open, bool encoded) {
  const std::size_t begin = i;
  while (!is_gap(text, i)) {
    const char c = text[i];
    switch (c) {
      case '"':
      case '\'':
      case '`':
        if (quote_ends(text, i, open)) return i;
        break;
      case '\x1b':
      case '#':
      case '^':
        if (skip_colours(text, i) > i) return i;
        break;
      case '\\':
      case '&':
      case '%': {
        const Mark mark = mark_at(text, i);
        if (c == '\\' && skip_colours(text, i) > i) return i;
        const bool stops = string_view("\"'`\n&<>,}").contains(mark.c);
        if (mark.size > 1 && stops && (c != '%' || encoded)) return i;
        if (c == '&' && (i + 1 >= text.size() || names_key(text, i + 1))) return i;
        i += mark.size - 1;
        break;
      }
      case ';':
      case ',':
        if (separates(text, i)) return i;
        break;
      case '<':
        if (at(text, i + 1) == '/' || text.substr(i).starts_with("<br")) return i;
        break;
      case ')':
      case ']':
      case '}':
        // The end of the brackets around the value, but not of an index: password=x[1]y.
        if (i > begin && (string_view(",;\"'").contains(at(text, i + 1)))) return i;
        break;
      default:
        break;
    }
    ++i;
  }
  return std::min(i, text.size());
}

Value value_at(string_view text, std::size_t i, SecretKey kind, Joint joint, char open, bool encoded) {
  i = skip_blanks(text, i);
  if (const std::size_t behind = behind_mask(text, i)) return {.next = behind};
  if (const Mark mark = mark_at(text, i); mark.c == '\n' || ends_line(text, i)) {
    // The value may be the next line, when it is indented and has no key.
    const std::size_t line = std::min(i + mark.size, text.size());
    const std::size_t next = skip_spaces(text, line);
    const bool below = mark.c == '\n' && next > line && !ends_line(text, next) && !names_key(text, next) &&
                       joint != Joint::statement && text[next] != '-' && text[next] != '"';
    if (!below || masked_at(text, next)) return {.next = line};
    i = next;
    joint = Joint::colon;
  }
  bool called = false;
  const std::size_t inside = skip_wrapping(text, i, called);
  if (const auto quoted = quoted_at(text, inside)) {
    const string_view content = text.substr(quoted->begin, quoted->end - quoted->begin);
    if (harmless(content, kind)) return {.next = quoted->behind};
    return {quoted->begin, quoted->end, quoted->behind};
  }
  if (called) {
    const std::size_t close =
        std::min(closing_bracket(text, inside - 1, text.size()), line_end(text, inside, open));
    return {inside, std::max(inside, close), std::max(inside, close)};
  }
  if (auto block = block_value(text, i)) return *block;
  if (auto bracketed = bracketed_value(text, i, kind)) return *bracketed;
  if (is_statement(text, i)) return {.next = i + word_at(text, i).size()};
  if (kind == SecretKey::line) return line_value(text, i, open);
  // token: Bearer abc
  const std::size_t word = letters_end(text, i);
  if (word < text.size() && text[word] == ' ' && same_letters(text.substr(i, word - i), "bearer")) {
    i = word + 1;
    if (masked_at(text, i)) return {.next = i + 3};
  }
  return bare_value(text, i, kind, joint, open, encoded);
}

std::optional<std::size_t> stated_value(string_view text, std::size_t i, bool changes) {
  constexpr std::array<string_view, 4> kPlaces{"for", "of", "on", "from"};
  constexpr std::array<string_view, 22> kUsed{
      "used",      "entered", "given",   "provided",    "supplied", "tried", "sent",      "received",
      "attempted", "value",   "string",  "text",        "now",      "today", "currently", "generated",
      "here",      "hash",    "created", "temporarily", "in",       "phrase"};
  constexpr int kMostWords = 9;
  bool place = false;
  for (int count = 0; count < kMostWords; ++count) {
    const std::size_t begin = skip_spaces(text, i);
    if (ends_line(text, begin)) return std::nullopt;
    if ((text[begin] == ':' && at(text, begin + 1) != ':') || text[begin] == '=') return begin + 1;
    for (const string_view arrow : {"->", "=>", "\xe2\x86\x92"})
      if (text.substr(begin).starts_with(arrow)) return begin + arrow.size();
    std::size_t end = begin;
    while (!is_gap(text, end)) ++end;
    const string_view word = text.substr(begin, end - begin);
    if (same_letters(word, "is") || same_letters(word, "was") || same_letters(word, "equals")) {
      const std::size_t next = skip_spaces(text, end);
      const string_view made = word_at(text, next);
      if (one_of_words(made, std::array<string_view, 4>{"generated", "created", "now", "set"})) {
        i = next + made.size();
        place = place || same_letters(made, "generated") || same_letters(made, "created");
        if (at(text, skip_spaces(text, i)) != ' ' && same_letters(made, "now")) return i;
        continue;
      }
      return end + (at(text, end) == ':' ? 1 : 0);
    }
    if (one_of_words(word, std::array<string_view, 2>{"is:", "was:"}) || (changes && word == "to:"))
      return end;
    if (changes && same_letters(word, "to")) return end;
    if (one_of_words(word, std::array<string_view, 4>{"set", "changed", "reset", "updated"})) {
      const std::size_t next = skip_spaces(text, end);
      if (same_letters(word_at(text, next), "to")) return next + (at(text, next + 2) == ':' ? 3 : 2);
      return std::nullopt;
    }
    const string_view bare = word.ends_with(':') ? word.substr(0, word.size() - 1) : word;
    if (one_of_words(bare, kPlaces)) {
      place = true;
    } else if (!place && !one_of_words(bare, kUsed)) {
      return std::nullopt;
    }
    if (word.ends_with(':')) return end;
    if (word.contains('=')) return std::nullopt;
    i = end;
  }
  return std::nullopt;
}

}  // namespace log_analysis
