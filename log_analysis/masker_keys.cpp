#include <algorithm>
#include <array>

#include "log_analysis/masker.h"
#include "log_analysis/secret_commands.h"
#include "log_analysis/secret_prose.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

bool is_word(char c) { return is(c, bytes::kWord); }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// auth=basic
bool only_method(string_view word) {
  return std::ranges::any_of(std::array<string_view, 10>{"basic", "digest", "ntlm", "oauth", "scram", "md",
                                                         "ldap", "kerberos", "cert", "tls"},
                             [&](string_view each) { return same_letters(word, each); });
}

}  // namespace

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
    if (at(s_, at_value) == '/') return false;  // PWD and OLDPWD of a shell
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
  if (!known || begin < floor_ + 2 || s_[begin - 2] != '-') return false;
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

}  // namespace log_analysis
