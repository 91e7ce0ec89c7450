#include <algorithm>
#include <array>
#include <bitset>

#include "log_analysis/masker.h"
#include "log_analysis/secret_commands.h"
#include "log_analysis/secret_prose.h"
#include "log_analysis/secret_shapes.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

bool is_word(char c) { return is(c, bytes::kWord); }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// The last letters of words that a value may follow without a separator.
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

}  // namespace

// A word followed by a space. Most are not names of secrets; their last letters show that quickly.
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
  // "check pass; user unknown": "pass" has many meanings.
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
    p_ = i + kSecretMask.size();
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

// A word that does not occur in sentences: letters and digits mixed.
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

// "Bearer abc", "Basic dXNlcjpwYXNz" anywhere in the text.
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

}  // namespace log_analysis
