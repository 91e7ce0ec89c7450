#include "logs/secrets.h"

#include <algorithm>
#include <array>
#include <bitset>

#include "base/utf8.h"
#include "logs/secret_commands.h"
#include "logs/secret_hints.h"
#include "logs/secret_marks.h"
#include "logs/secret_names.h"
#include "logs/secret_prose.h"
#include "logs/secret_shapes.h"
#include "logs/secret_urls.h"
#include "logs/secret_values.h"
#include "logs/text.h"

namespace logs {

namespace {

using std::string_view;

constexpr string_view kMask = "***";

bool is_word(char c) { return is(c, bytes::kWord); }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
// The least that a card number and a service's token have: shorter words need no closer look.
constexpr std::size_t kCardDigits = 13;
constexpr std::size_t kTokenBytes = 14;
constexpr std::size_t kWalletWords = 12;

// Bytes outside words that a secret may start at.
constexpr auto kSpecial = [] {
  std::array<bool, 256> special{};
  for (const char c : string_view(":%-\\&#^\x1b*<@")) special[static_cast<unsigned char>(c)] = true;
  return special;
}();

// The last letters of the words behind which a value may stand without a separator.
constexpr std::size_t ending_of(string_view word) {
  std::size_t hash = 0;
  for (const char c : word.substr(word.size() - 3))
    hash = hash << 5U | static_cast<std::size_t>(lower(c) & 31);
  return hash;
}
const auto kEndings = [] {
  std::bitset<32768> endings;
  for (const string_view word :
       {"password", "passwort",   "passwd",   "pwd",         "passphrase", "passcode",    "secret",
        "token",    "key",        "mnemonic", "credentials", "creds",      "requirepass", "masterauth",
        "AUTH",     "IDENTIFIED", "VALUES",   "bearer",      "basic",      "words"})
    endings.set(ending_of(word));
  return endings;
}();

// auth=basic
bool only_method(string_view word) {
  return std::ranges::any_of(std::array<string_view, 10>{"basic", "digest", "ntlm", "oauth", "scram", "md",
                                                         "ldap", "kerberos", "cert", "tls"},
                             [&](string_view each) { return same_letters(word, each); });
}

class Masker {
 public:
  Masker(string_view text, std::size_t from) : s_(text), open_(text), from_(from) {}

  std::string run() {
    while (p_ < s_.size()) step();
    if (copied_ == 0) return std::string(s_.substr(std::min(from_, s_.size())));
    if (copied_ < s_.size()) copy(s_.size());
    return std::move(out_);
  }

 private:
  void step();
  void special();
  void word();
  bool number(std::size_t begin, std::size_t end);
  bool address(std::size_t begin, std::size_t end);
  bool key(std::size_t begin, std::size_t end);
  bool element(std::size_t begin, std::size_t end);
  bool user(std::size_t begin, std::size_t end);
  bool pair(std::size_t i, SecretKey kind);
  bool spaced(std::size_t begin, std::size_t end);
  bool noun(std::size_t begin, std::size_t end, SecretKey kind);
  bool odd_word(std::size_t i, SecretKey kind);
  bool scheme(std::size_t begin, std::size_t end);
  bool counted(std::size_t begin, std::size_t i) const;
  bool wallet(std::size_t begin, std::size_t end);
  bool dashed(std::size_t begin) const { return begin >= floor_ + 1 && s_[begin - 1] == '-'; }
  SecretKey kind_at(std::size_t begin, std::size_t end) const;
  string_view word_before(std::size_t begin) const;
  char open_at(std::size_t position) { return open_.at(position); }

  // Whether something was masked.
  bool take(const Value& value) {
    if (value.end > value.begin) {
      hide(value.begin, value.end);
      p_ = std::max(p_, value.next);
      return true;
    }
    return false;
  }
  void hide(std::size_t begin, std::size_t end) {
    if (end <= begin || begin < copied_) return;
    if (s_.substr(begin, end - begin) != kMask) {
      copy(begin);
      // What begins before `from` and ends behind it leaves its mark.
      if (end > from_) out_ += kMask;
      copied_ = end;
    }
    open_.skip(begin, end);
    floor_ = std::max(floor_, end);
    p_ = std::max(p_, end);
  }
  void copy(std::size_t end) {
    const std::size_t begin = std::max(copied_, from_);
    if (end > begin) out_.append(s_, begin, end - begin);
  }

  string_view s_;
  OpenQuote open_;
  std::size_t from_;
  std::size_t p_ = 0;
  std::size_t floor_ = 0;  // nothing before it says what follows: the end of the last mask
  std::string out_;
  std::size_t copied_ = 0;
  std::size_t run_ = 0;  // words in a row that may be a wallet's
  std::size_t run_begin_ = 0;
  std::size_t run_next_ = 0;
  bool named_ = false;  // a secret's name stands in a list: columns of a table
};

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
        p_ = i + kMask.size();
        floor_ = p_;
        return;
      }
      break;
    case '<':
      if (masked_at(s_, i)) {
        p_ = i + kMask.size();
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
        // Past a ruler of dashes, all but the last five, with which a key block may begin.
        std::size_t end = i;
        while (at(s_, end) == '-' && end < s_.size()) ++end;
        p_ = end > i + 5 ? end - 5 : i + 1;
        return;
      }
      const bool starts =
          is_letter(at(s_, i + 1)) &&
          (i == floor_ || one_of<' ', '\t', '\n', '"', '\'', '`', '[', '(', ',', '='>(s_[i - 1]));
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
  // A key may have '-' and '.' in it; a run of digits stays apart for the sake of card numbers.
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
  // Words of a sentence may stand before: the run is looked at from each of its words.
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

// A key, its separator, its value: password=x, "password": "x", \"password\":\"x\", password%3Dx, --password
// x, <password>x</…, config["password"] = x, PASSWORD('x').
bool Masker::key(std::size_t begin, std::size_t end) {
  const bool option = dashed(begin);
  if (option && user(begin, end)) return true;
  if (same_letters(s_.substr(begin, end - begin), "auth") && take(auth_value(s_, end))) return true;
  const SecretKey kind = kind_at(begin, end);
  if (kind == SecretKey::no) return false;
  if (element(begin, end)) return true;
  std::size_t i = skip_colours(s_, end);
  bool encoded = false;
  for (int closers = 0; closers < 3; ++closers) {
    const Mark mark = mark_at(s_, i);
    if (mark.size == 0 || (!is_quote(mark.c) && mark.c != ']')) break;
    // PASSWORD"x": a value, not the end of the name.
    i = skip_colours(s_, i + mark.size);
  }
  const std::size_t closed = i;
  i = skip_blanks(s_, i);
  const Mark mark = mark_at(s_, i);
  if (mark.c == ',' || mark.c == ')') named_ = true;
  if (mark.c == '>' && closed > end) {  // <entry key="password">x</entry>
    const std::size_t close = std::min(s_.find('<', i), s_.size());
    return take({i + mark.size, close, close});
  }
  if (mark.size == 0 || (mark.c != '=' && mark.c != ':')) {
    if (option && i > end) {
      const std::size_t argument = next_argument(s_, end);
      const bool another =
          at(s_, argument) == '-' && (is_letter(at(s_, argument + 1)) || at(s_, argument + 1) == '-');
      return !another && take(value_at(s_, argument, kind == SecretKey::line ? SecretKey::value : kind,
                                       Joint::option, open_at(begin)));
    }
    if (mark.c == '(') {  // PASSWORD('x')
      const auto quoted = quoted_at(s_, skip_spaces(s_, i + 1));
      return quoted && take({quoted->begin, quoted->end, quoted->behind});
    }
    if (closed > end && i > closed && is_quote(mark.c)) {  // "CONFIG" "SET" "requirepass" "x"
      const auto quoted = quoted_at(s_, i);
      const bool strong = kind == SecretKey::value || kind == SecretKey::key || kind == SecretKey::phrase;
      return strong && quoted && take({quoted->begin, quoted->end, quoted->behind});
    }
    return pair(i, kind);
  }
  encoded = mark.size > 1 && s_[i] == '%';
  std::size_t next = i + mark.size;
  if (mark.c == ':' && at(s_, next) == ':') return false;
  const std::size_t joint = next;
  for (Mark more = mark_at(s_, next); more.size > 0 && (more.c == '>' || more.c == '=');
       more = mark_at(s_, next))
    next += more.size;
  const char before = begin > 0 ? s_[begin - 1] : ' ';
  Joint how = mark.c == ':' && joint < s_.size() && is_space(s_[joint]) ? Joint::colon : Joint::equals;
  if (option) how = Joint::option;
  if (before == '?' || before == '&') how = Joint::query;
  if (before == ';') how = Joint::field;
  const std::size_t at_value = skip_blanks(s_, next);
  const string_view name = s_.substr(begin, end - begin);
  if (counted(begin, at_value)) return false;
  if (same_letters(name, "pwd") || same_letters(name, "oldpwd")) {
    if (at(s_, at_value) == '/') return false;  // the shell's folder
  }
  if (same_letters(name, "auth") && only_method(word_at(s_, at_value))) return false;
  if (same_letters(name, "uid") && s_.substr(at_value, 160).contains(",ou=")) return false;  // LDAP
  const Value value = value_at(s_, next, kind, how, open_at(begin), encoded);
  if (take(value)) return true;
  p_ = std::max({p_, end, std::min(value.next, s_.size())});
  return true;
}

// --user bob:x
bool Masker::user(std::size_t begin, std::size_t end) {
  const string_view name = s_.substr(begin, end - begin);
  const bool known =
      std::ranges::any_of(std::array<string_view, 5>{"user", "proxy-user", "creds", "auth", "basic-auth"},
                          [&](string_view each) { return same_letters(name, each); });
  if (!known) return false;
  const std::size_t i = at(s_, end) == '=' ? end + 1 : next_argument(s_, end);
  return take(user_value(s_, i, open_at(begin)));
}

// "pass=12 fail=3", "--- PASS: TestX": the results of tests.
bool Masker::counted(std::size_t begin, std::size_t i) const {
  if (!same_letters(s_.substr(begin, 4), "pass") || is_word(at(s_, begin + 4))) return false;
  if (begin >= floor_ + 4 && s_.substr(begin - 4, 4) == "--- ") return true;
  if (s_.substr(i, 4) == "Test" || s_.substr(i, 5) == "test_") return true;
  std::size_t end = i;
  while (is_digit(at(s_, end))) ++end;
  if (end == i || is_word(at(s_, end))) return false;
  const string_view next = word_at(s_, skip_spaces(s_, at(s_, end) == ',' ? end + 1 : end));
  return std::ranges::any_of(std::array<string_view, 6>{"fail", "skip", "err", "test", "case", "check"},
                             [&](string_view each) { return begins_with_letters(next, each); });
}

// <password>x</password>, also with attributes, a namespace, or escaped: &lt;password&gt;
bool Masker::element(std::size_t begin, std::size_t end) {
  std::size_t start = begin;
  while (start > floor_ && (is_word(s_[start - 1]) || s_[start - 1] == ':' || s_[start - 1] == '-')) --start;
  const bool raw = start > floor_ && s_[start - 1] == '<';
  const bool escaped = start >= floor_ + 4 && s_[start - 1] == ';' && s_.substr(start - 4, 4) == "&lt;";
  if (!raw && !escaped) return false;
  const string_view closing = raw ? ">" : "&gt;";
  const string_view opening = raw ? "</" : "&lt;/";
  const std::size_t close = s_.find(closing, end);
  const std::size_t newline = s_.find('\n', end);
  if (close == string_view::npos || close > newline || s_[close - 1] == '/') return false;
  // "<token> expected" has no end.
  const std::size_t behind = close + closing.size();
  std::size_t stop = s_.find(opening, behind);
  if (stop == string_view::npos) {
    if (close != end || is_space(at(s_, behind)) || behind >= s_.size()) return false;
    stop = std::min(s_.find('\n', behind), s_.size());
  }
  return take({behind, stop, stop});
}

// {"name": "DB_PASSWORD", "value": "x"}, <add key="password" value="x"/>
bool Masker::pair(std::size_t i, SecretKey kind) {
  if (at(s_, i) == ',') i = skip_blanks(s_, i + 1);
  while (i < s_.size() && (s_[i] == '\n' || is_space(s_[i]))) ++i;
  if (const Mark mark = mark_at(s_, i); mark.size > 0 && is_quote(mark.c)) i += mark.size;
  const string_view name = word_at(s_, i);
  if (!same_letters(name, "value") && !same_letters(name, "val")) return false;
  i += name.size();
  if (const Mark mark = mark_at(s_, i); mark.size > 0 && is_quote(mark.c)) i += mark.size;
  i = skip_blanks(s_, i);
  if (at(s_, i) != ':' && at(s_, i) != '=') return false;
  return take(value_at(s_, i + 1, kind, Joint::equals, open_at(i)));
}

// A word with a space behind it: most are no names of secrets, which their last letters tell.
bool Masker::spaced(std::size_t begin, std::size_t end) {
  if (end - begin < 3) {
    const std::size_t next = skip_spaces(s_, end);
    return end - begin == 2 && (at(s_, next) == '=' || at(s_, next) == ':') && key(begin, end);
  }
  const std::size_t next = skip_spaces(s_, end);
  const bool separated = next < s_.size() && (s_[next] == '=' || s_[next] == ':' || s_[next] == '\'');
  if (!separated && !kEndings[ending_of(s_.substr(begin, end - begin))]) {
    return dashed(begin) && key(begin, end);
  }
  if (begin > floor_ && (s_[begin - 1] == '<' || s_[begin - 1] == ':') &&
      kind_at(begin, end) != SecretKey::no && element(begin, end))
    return true;
  if (scheme(begin, end)) return true;
  const string_view name = s_.substr(begin, end - begin);
  if (name == "AUTH") return take(auth_value(s_, end));
  if (same_letters(name, "identified")) return take(identified_value(s_, end, open_at(begin)));
  if (same_letters(name, "values")) return named_ && take(inserted_values(s_, end));
  const SecretKey kind = kind_at(begin, end);
  if (kind == SecretKey::no) return false;
  // "check pass; user unknown": a noun of many meanings.
  if (!separated && !dashed(begin) && lower(s_[end - 1]) == 's' && lower(s_[end - 3]) == 'a' &&
      !same_letters(name, "requirepass"))
    return false;
  if ((separated && s_[next] != '\'') || dashed(begin)) return key(begin, end);
  return noun(begin, end, kind);
}

// password 'x', the password is x, the password for user y is x, requirepass x, with password x
bool Masker::noun(std::size_t begin, std::size_t end, SecretKey kind) {
  if (kind == SecretKey::hook || kind == SecretKey::weak) return false;
  const std::size_t i = skip_blanks(s_, end);
  if (masked_at(s_, i)) {
    p_ = i + kMask.size();
    floor_ = p_;
    return true;
  }
  if (at(s_, i) == '>' || at(s_, i) == '|') return false;
  const string_view name = s_.substr(begin, end - begin);
  std::size_t string = i;
  if ((at(s_, i) == '(' || (is_letter(at(s_, i)) && !is_letter(at(s_, i + 1))))) string = i + 1;
  if (const auto quoted = quoted_at(s_, string)) {
    const string_view content = s_.substr(quoted->begin, quoted->end - quoted->begin);
    // "unexpected token 'x'"; secret "name" not found, as Kubernetes has it.
    const bool short_token =
        kind == SecretKey::token && content.size() < 16 && std::ranges::none_of(content, is_digit);
    const bool missing = s_.substr(std::min(quoted->behind, s_.size())).starts_with(" not found") ||
                         s_.substr(std::min(quoted->behind, s_.size())).starts_with(" is not ");
    return !short_token && !missing && take({quoted->begin, quoted->end, quoted->behind});
  }
  if (same_letters(name, "requirepass") || same_letters(name, "masterauth"))
    return take(value_at(s_, i, kind, Joint::option, open_at(begin)));
  if (pair(i, kind)) return true;
  constexpr std::array<string_view, 8> kChanges{"set",   "setting", "change",   "changed",
                                                "reset", "update",  "updating", "changing"};
  const string_view lead = word_before(begin);
  const auto leads = [&](const auto& words) {
    return std::ranges::any_of(words, [&](string_view each) { return same_letters(lead, each); });
  };
  if (const auto stated = stated_value(s_, i, leads(kChanges))) {
    const Value value = value_at(s_, *stated, kind, Joint::statement, open_at(begin));
    if (take(value)) return true;
    p_ = std::max(p_, std::min(value.next, *stated));
    return true;
  }
  if (kind == SecretKey::phrase) {
    if (const std::size_t length = wallet_words(s_, i)) return take({i, i + length, i + length});
  }
  if (odd_word(i, kind)) return true;
  if (kind != SecretKey::value && kind != SecretKey::phrase) return false;
  const std::size_t stop = bare_end(s_, i, open_at(begin));
  const string_view first = word_at(s_, i);
  if (first.size() != stop - i || first.size() < 3) return false;
  if (kind == SecretKey::phrase ? is_statement(s_, i) : speaks_of_secrets(first)) return false;
  const std::size_t after = skip_spaces(s_, stop);
  const char behind = mark_at(s_, after).c;
  const bool last = after >= s_.size() || behind == '\n' || is_quote(behind) || behind == ';';
  constexpr std::array<string_view, 12> kLeads{"with", "using", "use", "generated", "temporary", "initial",
                                               "new",  "wrong", "bad", "login",     "default",   "incorrect"};
  const bool led = leads(kLeads);
  const bool setting = name.contains('_') || name.contains('.');
  // "login bob password x" of .netrc; "db_password x" of a file of settings.
  if ((led || setting) && (last || speaks_of_secrets(word_at(s_, after)))) return take({i, stop, stop});
  if (led || kind == SecretKey::phrase) {  // with passphrase correct horse battery staple
    const Value words = value_at(s_, i, SecretKey::phrase, Joint::statement, open_at(begin));
    if (std::ranges::count(s_.substr(words.begin, words.end - words.begin), ' ') >= 2) return take(words);
  }
  if (begin > floor_ && s_.substr(floor_, begin - floor_).contains("login ") && last)
    return take({i, stop, stop});
  return false;
}

// A word that no sentence has: letters and digits mixed.
bool Masker::odd_word(std::size_t i, SecretKey kind) {
  const std::size_t end = bare_end(s_, i, open_at(i));
  std::size_t stop = end;
  while (stop > i && string_view(".,;:!?)]}").contains(s_[stop - 1])) --stop;
  const string_view word = s_.substr(i, stop - i);
  if (word.contains('/') || word.contains('=') || word.contains('(') || word.contains("***")) return false;
  const bool digits = std::ranges::any_of(word, is_digit);
  const bool letters = std::ranges::any_of(word, is_letter);
  const std::size_t least = kind == SecretKey::value || kind == SecretKey::phrase ? 6 : 12;
  if (!digits || word.size() < least || (!letters && kind != SecretKey::value)) return false;
  return take({i, stop, stop});
}

// "Bearer abc", "Basic dXNlcjpwYXNz" wherever they stand.
bool Masker::scheme(std::size_t begin, std::size_t end) {
  const string_view name = s_.substr(begin, end - begin);
  const bool bearer = same_letters(name, "bearer");
  if ((!bearer && !same_letters(name, "basic")) || end >= s_.size() || s_[end] != ' ') return false;
  std::size_t stop = end + 1;
  bool odd = false;
  while (stop < s_.size() && (is_word(s_[stop]) || string_view("-.~+/=").contains(s_[stop]))) {
    odd = odd || is(s_[stop], bytes::kDigit | bytes::kUpper) || s_[stop] == '=';
    ++stop;
  }
  // "basic authentication", "bearer token" are words.
  const string_view word = s_.substr(end + 1, stop - end - 1);
  if (word.size() < 8 || speaks_of_secrets(word)) return false;
  if (!odd && !(bearer && (name[0] == 'B' || word.size() >= 16))) return false;
  hide(end + 1, stop);
  return true;
}

}  // namespace

std::string mask_secrets(string_view text, std::size_t from) {
  return may_hold_secret(text) ? mask_closely(text, from)
                               : std::string(text.substr(std::min(from, text.size())));
}

std::string masked_excerpt(string_view text, std::size_t max_bytes) {
  // More than is kept, but not all of a body of megabytes.
  return base::excerpt(mask_secrets(text.substr(0, 8 * max_bytes + 4096)), max_bytes);
}

std::string mask_closely(string_view text, std::size_t from) { return Masker(text, from).run(); }

}  // namespace logs
