#include "log_analysis/masked_words.h"

#include <algorithm>

namespace log_analysis {

namespace {

// Character classes of a byte. The classes of a word are the union of those of its bytes.
enum : std::uint16_t {
  kSeparator = 1,
  kDigit = 2,
  kLetter = 4,
  kName = 8,  // in names, in addition to letters and digits
  kDot = 16,
  kPlace = 32,   // of paths and addresses
  kAssign = 64,  // between key and value
  kEdge = 128,   // punctuation that may be at either end of a word
  kStar = 256,   // several in a row are a masked secret
  kOther = 512,
};

constexpr std::array<std::uint16_t, 256> kClass = [] {
  std::array<std::uint16_t, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) {
    if (c <= ' ' || c == 0x7f) {
      table[c] = kSeparator;
    } else if (c >= '0' && c <= '9') {
      table[c] = kDigit;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      table[c] = kLetter;
    } else {
      table[c] = kOther;
    }
  }
  const auto add = [&](std::string_view bytes, std::uint16_t what) {
    for (const char c : bytes) {
      std::uint16_t& entry = table[static_cast<unsigned char>(c)];
      entry = static_cast<std::uint16_t>((entry & ~kOther) | what);
    }
  };
  add("[](){},;\"'|<>", kSeparator);
  add("_$-", kName);
  add(".", kDot);
  add("/\\@", kPlace);
  add("=:", kAssign);
  add(".:!?=*#-`~&^", kEdge);
  add("*", kStar);
  return table;
}();

std::uint16_t class_of(char c) { return kClass[static_cast<unsigned char>(c)]; }
bool is(char c, int what) { return (class_of(c) & what) != 0; }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

template <std::size_t N>
bool one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::ranges::any_of(list, [&](std::string_view known) {
    return word.size() == known.size() && std::ranges::equal(word, known, {}, lower);
  });
}

constexpr std::array<std::string_view, 20> kMonthsAndDays{
    "january", "february",  "march",    "april",   "may",      "june",     "july",
    "august",  "september", "sept",     "october", "november", "december", "monday",
    "tuesday", "wednesday", "thursday", "friday",  "saturday", "sunday"};
// Units of sizes and times: they vary with the number before them.
constexpr std::array<std::string_view, 24> kUnits{"b",    "kb",  "mb",   "gb", "tb", "kib", "mib", "gib",
                                                  "k",    "m",   "g",    "ns", "us", "ms",  "s",   "sec",
                                                  "secs", "min", "mins", "h",  "hr", "hrs", "am",  "pm"};
constexpr std::array<std::string_view, 9> kNothings{"null",  "nil", "none", "undefined", "true",
                                                    "false", "yes", "no",   "unknown"};
constexpr std::size_t kLongWord = 200;
constexpr std::size_t kLongestUnit = 4;
constexpr std::ptrdiff_t kLongestValue = 1024;
constexpr std::size_t kHeaderReach = 120;

std::string_view without_edges(std::string_view word) {
  while (!word.empty() && is(word.front(), kEdge)) word.remove_prefix(1);
  while (!word.empty() && is(word.back(), kEdge)) word.remove_suffix(1);
  return word;
}

// As written by log_analysis::mask_secrets.
bool secret(std::string_view word) { return word.find("***") != std::string_view::npos; }

// Whether `word`, without edge punctuation, is a value, not a word of a sentence. `classes` includes at least
// its own classes.
bool variable(std::string_view word, std::uint16_t classes) {
  if ((classes & (kDigit | kPlace)) != 0) return true;
  if ((classes & kDot) == 0) return false;
  return word.find('.') != std::string_view::npos &&
         std::ranges::all_of(word, [](char c) { return is(c, kLetter | kName | kDot); });
}

bool variable(std::string_view word) {
  std::uint16_t classes = 0;
  for (const char c : word) classes |= class_of(c);
  return variable(word, classes);
}

constexpr std::uint32_t first_three(std::string_view word) {
  return (static_cast<std::uint32_t>(lower(word[0])) << 16U) |
         (static_cast<std::uint32_t>(lower(word[1])) << 8U) | static_cast<std::uint32_t>(lower(word[2]));
}

constexpr auto kBeginnings = [] {
  std::array<std::uint32_t, kMonthsAndDays.size()> beginnings{};
  for (std::size_t i = 0; i < beginnings.size(); ++i) beginnings[i] = first_three(kMonthsAndDays[i]);
  return beginnings;
}();

constexpr auto kBegins = [] {
  std::array<bool, 256> begins{};
  for (const std::string_view name : kMonthsAndDays) {
    begins[static_cast<std::size_t>(name.front() - 'a' + 'A')] = true;
  }
  return begins;
}();

// A month or a weekday, in full or its first three letters, with a capital.
bool calendar(std::string_view word) {
  if (word.size() < 3 || word.size() > 9 || !kBegins[static_cast<unsigned char>(word.front())]) return false;
  const std::uint32_t three = first_three(word);
  for (std::size_t i = 0; i < kBeginnings.size(); ++i) {
    if (kBeginnings[i] != three) continue;
    if (word.size() == 3 || std::ranges::equal(word, kMonthsAndDays[i], {}, lower)) return true;
  }
  return false;
}

bool user_name(std::string_view word) {
  return std::ranges::all_of(word, [](char c) { return is(c, kLetter | kDigit) || c == '_' || c == '-'; });
}

bool plain_key(std::string_view key) {
  return !key.empty() && (is(key.front(), kLetter) || key.front() == '_') &&
         std::ranges::all_of(key, [](char c) { return is(c, kLetter) || c == '_' || c == '.' || c == '-'; });
}

char closing(char open) {
  switch (open) {
    case '{':
      return '}';
    case '[':
      return ']';
    case '(':
      return ')';
    case '<':
      return '>';
    default:
      return open == '"' || open == '\'' ? open : '\0';
  }
}

// Whether, of the words before the last one, at most one (the host) is neither a time nor a number.
bool time_and_host(std::string_view text) {
  int names = 0;
  for (std::size_t space = text.find(' '); space != std::string_view::npos; space = text.find(' ')) {
    const std::string_view word = without_edges(text.substr(0, space));
    const bool digits = std::ranges::any_of(word, [](char c) { return is(c, kDigit); });
    if (!word.empty() && !digits && !calendar(word) && ++names > 1) return false;
    text.remove_prefix(space + 1);
  }
  return true;
}

// The position after the bracket or quote that closes the one at `at`; nullptr when there is none nearby.
const char* behind_closing(const char* at, const char* end) {
  const char open = *at;
  const char close = closing(open);
  if (close == 0) return nullptr;
  const char* const stop = at + std::min(end - at, kLongestValue);
  int depth = 1;
  for (++at; at < stop; ++at) {
    if (*at == close) {
      if (--depth == 0) return at + 1;
    } else if (*at == open) {
      ++depth;
    }
  }
  return nullptr;
}

}  // namespace

struct MaskedWords::Token {
  std::string_view text;
  std::size_t assign = 0;  // position of its first '=' or ':', if any
  std::uint16_t classes = 0;
  bool after_one_space = false;
};

std::string shown(const Word& word) {
  std::string text(word.text);
  if (word.kind != Word::Kind::constant) text += "<*>";
  return text;
}

std::size_t syslog_tag(std::string_view message) {
  const std::string_view head = message.substr(0, kHeaderReach);
  for (std::size_t at = head.find("]: "); at != std::string_view::npos; at = head.find("]: ", at + 1)) {
    std::size_t digits = at;
    while (digits > 0 && is(head[digits - 1], kDigit)) --digits;
    if (digits < at && digits > 0 && head[digits - 1] == '[')
      return time_and_host(head.substr(0, digits)) ? at + 3 : 0;
  }
  return 0;
}

std::size_t syslog_header(std::string_view message) {
  const std::string_view head = message.substr(0, kHeaderReach);
  if (const std::size_t tag = syslog_tag(head); tag > 0) return tag;
  // "Jul  9 12:16:49 host tag: "
  constexpr std::size_t kTime = 16;
  if (head.size() < kTime || head[3] != ' ' || !calendar(head.substr(0, 3)) || head[9] != ':' ||
      head[12] != ':' || head[15] != ' ') {
    return 0;
  }
  const std::size_t host = head.find(' ', kTime);
  if (host == std::string_view::npos) return kTime;
  const std::size_t tag = head.find(' ', host + 1);
  return tag != std::string_view::npos && head[tag - 1] == ':' ? tag + 1 : host + 1;
}

void MaskedWords::keep(std::string_view text, Word::Kind kind) {
  if (count_ < kMaxWords) words_[count_++] = {text, kind};
}

void MaskedWords::mask() {
  if (count_ > 0 && words_[count_ - 1].kind == Word::Kind::masked) return;
  keep({}, Word::Kind::masked);
}

// Adds the word if it is a key with a value; whether it was.
bool MaskedWords::take_keyed(const Token& token) {
  const std::size_t assign = token.assign;
  if (assign + 1 >= token.text.size() || !plain_key(token.text.substr(0, assign))) return false;
  const std::string_view rest = token.text.substr(assign + 1);
  if (rest.front() == '/' || rest.front() == '\\' || rest.front() == ':')
    return false;  // URL, path, name::name
  if (token.text[assign] == ':' && token.text.substr(0, assign).contains('.'))
    return false;  // host.domain:port
  const std::string_view value = without_edges(rest);
  const bool nothing = token.text[assign] == '=' && one_of(value, kNothings);
  if (nothing || ((token.classes & kStar) != 0 && secret(rest)) || (!value.empty() && variable(value))) {
    keep(token.text.substr(0, assign + 1), Word::Kind::keyed);
  } else {
    keep(token.text, Word::Kind::constant);
  }
  return true;
}

void MaskedWords::take(const Token& token) {
  const std::string_view core = (token.classes & kEdge) != 0 ? without_edges(token.text) : token.text;
  const bool after_equals = after_equals_;
  after_equals_ = token.text.back() == '=';
  if (core.empty()) {
    if (secret(token.text)) mask();
    return;
  }
  if (token.text.size() > kLongWord) return mask();
  if ((token.classes & kAssign) != 0 && take_keyed(token)) return;
  if (variable(core, token.classes) || (after_equals && one_of(core, kNothings)) || calendar(core) ||
      ((token.classes & kStar) != 0 && secret(token.text))) {
    return mask();
  }
  if (count_ > 0) {
    const Word& before = words_[count_ - 1];
    if (before.kind != Word::Kind::constant) {
      if (core.size() <= kLongestUnit && one_of(core, kUnits)) return;
    } else if (token.after_one_space && (before.text == "user" || before.text == "User") && user_name(core)) {
      return mask();
    }
  }
  keep(token.text, Word::Kind::constant);
}

// Where to continue after a word that ends at `at`: a quoted or bracketed value after key= or key=Name is
// part of the word.
const char* MaskedWords::skip_value(const char* at, const char* end) {
  if (count_ == 0 || at == end) return at;
  Word& last = words_[count_ - 1];
  if (last.kind != Word::Kind::constant || last.text.data() + last.text.size() != at) return at;
  const std::size_t assign = last.text.find('=');
  if (assign == std::string_view::npos || !plain_key(last.text.substr(0, assign))) return at;
  if (assign + 1 != last.text.size() && *at != '{') return at;
  const char* behind = behind_closing(at, end);
  if (behind == nullptr) return at;
  last = {last.text.substr(0, assign + 1), Word::Kind::keyed};
  return behind;
}

std::span<const Word> MaskedWords::split(std::string_view message) {
  count_ = 0;
  after_equals_ = false;
  const char* at = message.data();
  const char* const end = at + std::min(message.size(), kMaxBytes);
  const auto in_dots = [&](const char* dot) { return *dot == '.' && dot + 1 < end && dot[1] == '.'; };
  while (count_ < kMaxWords) {
    const char* const gap = at;
    while (at < end && (is(*at, kSeparator) || in_dots(at))) {
      if (*at == '.') {
        while (at < end && *at == '.') ++at;
      } else {
        ++at;
      }
    }
    if (at == end) break;
    const char* const start = at;
    const char* assign = nullptr;
    std::uint16_t classes = 0;
    for (; at < end; ++at) {
      const std::uint16_t one = class_of(*at);
      if ((one & (kSeparator | kDot | kAssign)) != 0) {
        if ((one & kSeparator) != 0 || ((one & kDot) != 0 && in_dots(at))) break;
        if (assign == nullptr && (one & kAssign) != 0) assign = at;
      }
      classes |= one;
    }
    take({.text = {start, at},
          .assign = assign == nullptr ? 0 : static_cast<std::size_t>(assign - start),
          .classes = classes,
          .after_one_space = start - gap == 1 && *gap == ' '});
    if ((classes & kAssign) != 0) at = skip_value(at, end);
  }
  return {words_.data(), count_};
}

}  // namespace log_analysis
