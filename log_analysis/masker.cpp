#include "log_analysis/masker.h"

#include <algorithm>
#include <array>

#include "log_analysis/secret_commands.h"
#include "log_analysis/secret_shapes.h"
#include "log_analysis/secret_urls.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

bool is_word(char c) { return is(c, bytes::kWord); }
// Minimum length of card numbers and service tokens: shorter words are skipped.
constexpr std::size_t kCardDigits = 13;
constexpr std::size_t kTokenBytes = 14;
constexpr std::size_t kWalletWords = 12;

// Bytes outside words at which a secret may start.
constexpr auto kSpecial = [] {
  std::array<bool, 256> special{};
  for (const char c : string_view(":%-\\&#^\x1b*<@")) special[static_cast<unsigned char>(c)] = true;
  return special;
}();

// An option follows a blank, a bracket or a quote, raw or encoded.
bool begins_argument(string_view text, std::size_t i) {
  if (one_of<' ', '\t', '\n', '"', '\'', '`', '[', '(', ',', '=', ':'>(text[i - 1])) return true;
  const string_view before = text.substr(0, i);
  return before.ends_with("x22") || before.ends_with("x27") || before.ends_with("0022") ||
         before.ends_with("0027") || before.ends_with("%22") || before.ends_with("%27") ||
         before.ends_with("quot;") || before.ends_with("#34;") || before.ends_with("#39;");
}

}  // namespace

void Masker::step() {
  if (is_word(s_[p_])) return word();
  if (kSpecial[static_cast<unsigned char>(s_[p_])]) return special();
  ++p_;
}

void Masker::special() {
  const std::size_t i = p_;
  const char c = s_[i];
  switch (c) {
    case '*':
      if (masked_at(s_, i)) {
        p_ = i + kSecretMask.size();
        floor_ = p_;
        return;
      }
      break;
    case '<':
      if (masked_at(s_, i)) {
        p_ = i + kSecretMask.size();
        return;
      }
      break;
    case ':':
      if (at(s_, i + 1) != '/' && at(s_, i + 1) != '\\') {
        ++p_;
        return;
      }
      [[fallthrough]];
    case '%': {
      const Value value = credentials_at(s_, i);
      if (value.next == i) break;
      if (!take(value)) p_ = value.next;
      return;
    }
    case '@':
      if (take(credentials_before(s_, i, floor_))) return;
      break;
    case '-': {
      if (at(s_, i + 1) == '-' && at(s_, i + 2) == '-') {
        if (const std::size_t length = private_key(s_, i)) return hide(i, i + length);
        // Skips a line of dashes except the last five, which may start a key block.
        std::size_t end = i;
        while (at(s_, end) == '-' && end < s_.size()) ++end;
        p_ = end > i + 5 ? end - 5 : i + 1;
        return;
      }
      const bool starts = is_letter(at(s_, i + 1)) && (i == floor_ || begins_argument(s_, i));
      if (starts && take(option_value(s_, i, floor_, open_at(i)))) return;
      ++p_;
      return;
    }
    default:
      break;
  }
  const std::size_t behind = skip_colours(s_, i);
  p_ = behind > i ? behind : i + std::max<std::size_t>(1, mark_at(s_, i).size);
}

void Masker::word() {
  const std::size_t begin = p_;
  std::size_t end = begin + 1;
  while (end < s_.size() && is_word(s_[end])) ++end;
  if (is_digit(s_[begin])) {
    if (number(begin, end)) return;
    if (end == letters_end(s_, end) && std::ranges::none_of(s_.substr(begin, end - begin), is_letter)) {
      p_ = end;
      return;
    }
  } else if (end - begin - 3 <= 5 && wallet(begin, end)) {
    return;
  }
  // A key may contain '-' and '.'; digit groups are kept separate because of card numbers.
  const std::size_t simple = end;
  while (end + 1 < s_.size() && (s_[end] == '-' || s_[end] == '.') && is_word(s_[end + 1]))
    for (++end; end < s_.size() && is_word(s_[end]); ++end) {
    }
  if (end - begin >= kTokenBytes) {
    if (const std::size_t length = known_token(s_, begin)) return hide(begin, begin + length);
    if (simple - begin == 64) {
      if (const std::size_t length = hex_key(s_, begin, floor_)) return hide(begin, begin + length);
    }
  }
  switch (at(s_, end)) {
    case ' ':
    case '\t':
      if (spaced(begin, end)) return;
      break;
    case '/':
      if (address(begin, end)) return;
      break;
    case '=':
    case ':':
    case '"':
    case '\'':
    case '`':
    case '\\':
    case '>':
    case '%':
    case '&':
    case ']':
    case '(':
    case ')':
    case ',':
    case '#':
    case '^':
    case '\x1b':
      if (key(begin, end) || address(begin, end)) return;
      break;
    default:
      break;
  }
  p_ = std::max(p_, end);
}

// A word that starts with a digit: a card number, a private key, a bot's token.
bool Masker::number(std::size_t begin, std::size_t end) {
  const std::size_t size = end - begin;
  // Either all digits at once, or the first group of them.
  if (size >= kCardDigits || size == 4) {
    if (const std::size_t length = card_number(s_, begin)) {
      hide(begin, begin + length);
      return true;
    }
  }
  if (size == 64 || size == 66) {
    if (const std::size_t length = hex_key(s_, begin, floor_)) {
      hide(begin, begin + length);
      return true;
    }
  }
  if (size >= 8 && size <= 10 && at(s_, end) == ':') {
    std::size_t stop = end + 1;
    while (stop < s_.size() && (is_word(s_[stop]) || s_[stop] == '-')) ++stop;
    if (stop - end > 30 && std::ranges::all_of(s_.substr(begin, size), is_digit)) {
      hide(end + 1, stop);
      return true;
    }
  }
  return false;
}

bool Masker::wallet(std::size_t begin, std::size_t end) {
  if (begin != run_next_ || run_ == 0) {
    run_ = 0;
    run_begin_ = begin;
  }
  ++run_;
  run_next_ = end + 1;
  if (run_ != kWalletWords) return false;
  // Words of a sentence may precede the phrase, so each word is tried as its start.
  std::size_t start = run_begin_;
  std::size_t length = 0;
  while ((length = wallet_words(s_, start)) == 0 && start < begin) {
    const std::size_t space = s_.find(' ', start);
    if (space == string_view::npos) break;
    start = space + 1;
  }
  if (length == 0) {
    run_ = 0;
    return false;
  }
  hide(start, start + length);
  return true;
}

bool Masker::address(std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin && s_[i - 1] != '.') continue;
    if (!one_of<'w', 'h', 'b', 'i', 'a', 'q', 'm'>(s_[i])) continue;
    if (take(hook_at(s_, i))) return true;
  }
  return false;
}

string_view Masker::word_before(std::size_t begin) const {
  if (begin < floor_ + 2 || !is_space(s_[begin - 1])) return {};
  std::size_t start = begin - 1;
  while (start > floor_ && (is_letter(s_[start - 1]) || s_[start - 1] == '_' || s_[start - 1] == '-'))
    --start;
  return s_.substr(start, begin - 1 - start);
}

// The kind of a name; "api key", "seed phrase", "session id" are names of two words.
SecretKey Masker::kind_at(std::size_t begin, std::size_t end) const {
  const string_view name = s_.substr(begin, end - begin);
  const SecretKey kind = secret_key(name);
  if (name.size() > 6 || (kind != SecretKey::no && !same_letters(name, "seed"))) return kind;
  if (!one_of<'k', 'p', 'w', 'i', 'u', 's'>(lower(name[0]))) return kind;
  for (const string_view second : {"key", "keys", "phrase", "words", "id", "url", "seed"}) {
    if (!same_letters(name, second)) continue;
    const string_view first = word_before(begin);
    if (first.empty() || first.size() > 24) break;
    std::array<char, 40> both{};
    char* const middle = std::ranges::copy(first, both.begin()).out;
    *middle = '_';
    const char* const stop = std::ranges::copy(name, middle + 1).out;
    return secret_key({both.data(), static_cast<std::size_t>(stop - both.data())});
  }
  return kind;
}

}  // namespace log_analysis
