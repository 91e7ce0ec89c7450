#include "logs/secrets.h"

#include <algorithm>
#include <array>

#include "logs/secret_shapes.h"
#include "logs/text.h"

namespace logs {

namespace {

using std::string_view;

constexpr string_view kMask = "***";
constexpr std::array<string_view, 7> kSchemes{"bearer",    "basic",  "token", "digest",
                                              "negotiate", "apikey", "bot"};
constexpr std::array<string_view, 8> kPlain{"true", "false",     "null",    "none",
                                            "nil",  "undefined", "invalid", "expired"};

bool is_word(char c) { return is(c, bytes::kWord); }
// The least that a card number and a service's token have: shorter words need no closer look.
constexpr std::size_t kCardDigits = 13;
constexpr std::size_t kTokenBytes = 14;

bool is_quote(char c) { return c == '"' || c == '\''; }

class Masker {
 public:
  explicit Masker(string_view text) : s_(text) {}

  std::string run() {
    while (p_ < s_.size()) step();
    if (copied_ == 0) return std::string(s_);
    out_.append(s_, copied_);
    return std::move(out_);
  }

 private:
  void step();
  void word();
  bool credentials_in_url();
  bool has_separator(std::size_t begin, std::size_t end) const;
  bool key(std::size_t begin, std::size_t end);
  bool scheme(std::size_t begin, std::size_t end);
  bool hook(std::size_t begin);
  bool ends_value(std::size_t i) const;
  void value(std::size_t begin, SecretKey kind);
  void hide(std::size_t begin, std::size_t end) {
    if (end > begin && s_.substr(begin, end - begin) != kMask) {
      out_.append(s_, copied_, begin - copied_);
      out_ += kMask;
      copied_ = end;
    }
    p_ = std::max(p_, end);
  }

  string_view s_;
  std::size_t p_ = 0;
  std::string out_;
  std::size_t copied_ = 0;
};

void Masker::step() {
  const char c = s_[p_];
  if (is_word(c)) return word();
  if (c == ':' && at(s_, p_ + 1) == '/' && at(s_, p_ + 2) == '/' && credentials_in_url()) return;
  if (c == '-' && at(s_, p_ + 1) == '-' && at(s_, p_ + 2) == '-') {
    if (const std::size_t length = private_key(s_, p_)) return hide(p_, p_ + length);
    // Past a ruler of dashes, all but the last five, with which a key block may begin.
    std::size_t end = p_;
    while (at(s_, end) == '-' && end < s_.size()) ++end;
    p_ = end > p_ + 5 ? end - 5 : p_ + 1;
    return;
  }
  ++p_;
}

void Masker::word() {
  const std::size_t begin = p_;
  std::size_t end = begin + 1;
  while (end < s_.size() && is_word(s_[end])) ++end;
  if (is_digit(s_[begin])) {
    // Either all digits at once, or the first group of them.
    if (end - begin >= kCardDigits || end - begin == 4) {
      if (const std::size_t length = card_number(s_, begin)) return hide(begin, begin + length);
    }
    p_ = end;
    return;
  }
  // A key may have '-' and '.' in it; a run of digits stays apart for the sake of card numbers.
  while (end + 1 < s_.size() && (s_[end] == '-' || s_[end] == '.') && is_word(s_[end + 1]))
    for (++end; end < s_.size() && is_word(s_[end]); ++end) {
    }
  if (end - begin >= kTokenBytes) {
    if (const std::size_t length = known_token(s_, begin)) return hide(begin, begin + length);
  }
  if (scheme(begin, end) || key(begin, end) || hook(begin)) return;
  p_ = end;
}

// "://user:password@host"; a password may itself have '@', ':' and, written wrongly, '/' in it; a port has
// none of them, and a host and a path have no '@'.
bool Masker::credentials_in_url() {
  const std::size_t start = p_ + 3;
  std::size_t end = start;
  std::size_t colon = string_view::npos;
  std::size_t sign = string_view::npos;
  while (end < s_.size() && !is_space(s_[end]) && s_[end] != '/' && !is_quote(s_[end]) && s_[end] != '?' &&
         s_[end] != '\n') {
    if (s_[end] == ':' && colon == string_view::npos) colon = end;
    if (s_[end] == '@') sign = end;
    ++end;
  }
  if (sign == string_view::npos && colon != string_view::npos && at(s_, end) == '/' &&
      !std::ranges::all_of(s_.substr(colon + 1, end - colon - 1), is_digit)) {
    while (end < s_.size() && !is_space(s_[end]) && !is_quote(s_[end]) && s_[end] != '\n') {
      if (s_[end] == '@') sign = end;
      ++end;
    }
  }
  if (sign == string_view::npos) return false;
  if (colon != string_view::npos && colon < sign) {
    hide(colon + 1, sign);
  } else if (sign - start >= 16) {
    hide(start, sign);  // a token in the user's place, as Sentry and GitHub have it
  } else {
    p_ = sign;
  }
  return true;
}

// "Bearer abc", "Basic dXNlcjpwYXNz" wherever they stand.
bool Masker::scheme(std::size_t begin, std::size_t end) {
  const string_view name = s_.substr(begin, end - begin);
  if (!same_letters(name, "bearer") && !same_letters(name, "basic")) return false;
  if (at(s_, end) != ' ') return false;
  std::size_t stop = end + 1;
  bool odd = false;
  while (stop < s_.size() && (is_word(s_[stop]) || string_view("-.~+/=").contains(s_[stop]))) {
    odd = odd || is(s_[stop], bytes::kDigit | bytes::kUpper) || s_[stop] == '=';
    ++stop;
  }
  // "basic authentication", "bearer token" are words.
  if (stop - end < 9 || !odd) return false;
  hide(end + 1, stop);
  return true;
}

// Most words are no keys: what stands behind them tells, before the word itself is looked at.
bool Masker::has_separator(std::size_t begin, std::size_t end) const {
  switch (at(s_, end)) {
    case '=':
    case ':':
    case '"':
    case '\'':
    case '\\':
    case '>':
      return true;
    case ' ': {
      if (begin >= 2 && s_[begin - 1] == '-' && s_[begin - 2] == '-') return true;
      const char next = at(s_, skip_spaces(s_, end));
      return next == '=' || next == ':' || next == '\'';
    }
    default:
      return false;
  }
}

// A key, its separator, its value: password=x, "password": "x", \"password\":\"x\", --password x,
// <password>x</…, PASSWORD 'x'.
bool Masker::key(std::size_t begin, std::size_t end) {
  if (!has_separator(begin, end)) return false;
  const SecretKey kind = secret_key(s_.substr(begin, end - begin));
  if (kind == SecretKey::no) return false;
  std::size_t i = end;
  if (at(s_, i) == '>' && begin > 0 && s_[begin - 1] == '<') {
    const std::size_t close = s_.find('<', i);
    hide(i + 1, close == string_view::npos ? s_.size() : close);
    return true;
  }
  if (begin >= 2 && s_[begin - 1] == '-' && s_[begin - 2] == '-' && at(s_, i) == ' ') {
    value(i + 1, SecretKey::value);
    return true;
  }
  if (at(s_, i) == '\\') ++i;
  if (is_quote(at(s_, i))) ++i;
  const std::size_t word_end = i;
  i = skip_spaces(s_, i);
  if (at(s_, i) != '=' && at(s_, i) != ':') {
    // SQL: ALTER ROLE x PASSWORD 'y'.
    if (kind == SecretKey::value && word_end == end && i > end && at(s_, i) == '\'') {
      value(i, kind);
      return true;
    }
    return false;
  }
  if (at(s_, i) == ':' && at(s_, i + 1) == ':') return false;
  ++i;
  if (at(s_, i) == '>') ++i;
  value(skip_spaces(s_, i), kind);
  return true;
}

// Behind the comma comes a space, a quote or the next key; else it is a part of the secret.
bool Masker::ends_value(std::size_t i) const {
  if (is_space(at(s_, i)) || is_quote(at(s_, i))) return true;
  const std::size_t key = i;
  while (i < s_.size() && is_word(s_[i])) ++i;
  return i > key && (at(s_, i) == '=' || at(s_, i) == ':');
}

void Masker::value(std::size_t begin, SecretKey kind) {
  std::size_t i = begin;
  const bool escaped = at(s_, i) == '\\' && is_quote(at(s_, i + 1));
  if (escaped) ++i;
  if (i < s_.size() && is_quote(s_[i])) {
    const char quote = s_[i++];
    std::size_t end = i;
    while (end < s_.size() && s_[end] != quote) end += s_[end] == '\\' && !escaped ? 2 : 1;
    end = std::min(end, s_.size());
    if (escaped && end > i && end < s_.size() && s_[end - 1] == '\\') --end;
    // {"authorization": "Bearer x"}: the scheme is no secret, but nor is it needed.
    return hide(i, end);
  }
  if (kind == SecretKey::line) {
    const std::size_t word = letters_end(s_, i);
    const bool scheme = at(s_, word) == ' ' && std::ranges::any_of(kSchemes, [&](string_view name) {
                          return same_letters(s_.substr(i, word - i), name);
                        });
    if (scheme) i = word + 1;
    std::size_t end = i;
    while (end < s_.size() && s_[end] != '\n' && !is_quote(s_[end])) ++end;
    return hide(i, end);
  }
  std::size_t end = i;
  while (end < s_.size() && !is_space(s_[end]) && s_[end] != '\n' && s_[end] != '&' && s_[end] != ';' &&
         !is_quote(s_[end])) {
    if (s_[end] == ',' && ends_value(end + 1)) break;
    ++end;
  }
  while (end > i && string_view(")]},.").contains(s_[end - 1])) --end;
  const string_view text = s_.substr(i, end - i);
  const bool plain = std::ranges::any_of(kPlain, [&](string_view word) { return same_letters(text, word); });
  const bool small = kind == SecretKey::token && text.size() < 8 && std::ranges::none_of(text, is_letter);
  if (plain || small || text.empty()) {
    p_ = std::max(p_, end > begin ? end : begin);
    return;
  }
  hide(i, end);
}

// Addresses that are secrets themselves: Discord's and Slack's webhooks, Telegram's bots, an exchange's
// stream of one account (Binance's listen key, 64 letters and digits).
bool Masker::hook(std::size_t begin) {
  if (s_[begin] != 'w' && s_[begin] != 'h' && s_[begin] != 'b') return false;
  const string_view rest = s_.substr(begin);
  std::size_t skip = 0;
  std::size_t least = 16;
  if (rest.starts_with("ws/")) {
    skip = 3;
    least = 48;
  } else if (rest.starts_with("webhooks/")) {
    skip = 9;
    while (is_digit(at(rest, skip))) ++skip;
    if (skip == 9 || at(rest, skip) != '/') return false;
    ++skip;
  } else if (rest.starts_with("hooks.slack.com/services/")) {
    skip = 25;
  } else if (rest.starts_with("bot") && is_digit(at(rest, 3))) {
    skip = 3;
    while (is_digit(at(rest, skip))) ++skip;
    if (at(rest, skip) != ':') return false;
    ++skip;
  } else {
    return false;
  }
  std::size_t end = skip;
  while (end < rest.size() &&
         (is_word(rest[end]) || rest[end] == '-' || (rest[end] == '/' && rest[0] == 'h')))
    ++end;
  if (end < skip + least) return false;
  hide(begin + skip, begin + end);
  return true;
}

}  // namespace

std::string mask_secrets(string_view text) { return Masker(text).run(); }

}  // namespace logs
