#include "log_analysis/secret_commands.h"

#include <algorithm>
#include <array>

#include "log_analysis/secret_marks.h"
#include "log_analysis/secret_prose.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr std::size_t kCommandReach = 256;

bool ends_line(string_view text, std::size_t i) {
  return i >= text.size() || text[i] == '\n' || text[i] == '\r';
}
bool is_upper_word(string_view word) {
  return word.size() >= 2 && std::ranges::all_of(word, [](char c) { return !is_letter(c) || is_upper(c); });
}
bool is_digits(string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_digit(c) || c == ':' || c == '.' || c == '-'; });
}

// Whether a word of `programs` is in the line before `i`.
bool in_command(string_view text, std::size_t i, std::size_t floor, const auto& programs) {
  const std::size_t newline = text.substr(0, i).rfind('\n');
  std::size_t p = std::max(
      {floor, newline == string_view::npos ? 0 : newline + 1, i > kCommandReach ? i - kCommandReach : 0});
  while (p < i) {
    if (!is_letter(text[p])) {
      ++p;
      continue;
    }
    std::size_t end = p;
    while (end < i && (is(text[end], bytes::kWord) || text[end] == '-')) ++end;
    const string_view word = text.substr(p, end - p);
    const bool bounded = (p == floor || p == 0 || string_view(" \t\"'`/([$=:").contains(text[p - 1])) &&
                         string_view(" \t\"'`\\").contains(at(text, end));
    if (bounded &&
        std::ranges::any_of(programs, [&](string_view program) { return same_letters(word, program); }))
      return true;
    p = end;
  }
  return false;
}

// Programs whose option -p is not a password.
constexpr auto kOtherUse = std::to_array<string_view>({
    "ab",         "cargo",      "chrt",    "compose",   "cp",           "docker",     "docker-compose",
    "gdb",        "git",        "go",      "helm",      "install",      "ionice",     "iptables",
    "kill",       "kubectl",    "lsof",    "make",      "mkdir",        "mvn",        "nc",
    "netstat",    "nmap",       "node",    "npm",       "patch",        "perf",       "pg_dump",
    "pg_isready", "pg_restore", "pidstat", "podman",    "ps",           "psql",       "pytest",
    "python",     "python3",    "read",    "redis-cli", "redis-server", "renice",     "rmdir",
    "rsync",      "scp",        "sftp",    "ss",        "ssh",          "ssh-keygen", "strace",
    "tar",        "taskset",    "tcpdump", "terraform", "top",          "touch",      "unshare",
    "yarn",
});
constexpr auto kAttached = std::to_array<string_view>(
    {"mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mysqlshow", "mysqlsh", "mysqlbinlog",
     "mariadb", "mariadb-dump", "mariadb-admin", "sshpass", "7z", "7za", "rar", "unrar"});
constexpr auto kCapitalP =
    std::to_array<string_view>({"unzip", "zip", "sqlcmd", "bcp", "isql", "osql", "tsql", "ftpcp"});
constexpr auto kRedis =
    std::to_array<string_view>({"redis-cli", "redis-benchmark", "valkey-cli", "keydb-cli"});
constexpr auto kLdap = std::to_array<string_view>({"ldapsearch", "ldapadd", "ldapmodify", "ldapdelete",
                                                   "ldapwhoami", "ldappasswd", "ldapcompare", "ldapmodrdn"});
// Single-dash options that begin with p.
constexpr auto kWordsWithP = std::to_array<string_view>(
    {"package", "page",     "parallel", "param",  "parent",  "pass",    "patch", "path",    "pattern",
     "pause",   "pedantic", "perf",     "period", "persist", "pid",     "pie",   "ping",    "pipe",
     "plain",   "platform", "plugin",   "poll",   "pool",    "port",    "post",  "prefix",  "preserve",
     "preset",  "pretty",   "print",    "prio",   "private", "process", "prod",  "profile", "progress",
     "project", "prom",     "prompt",   "prop",   "proto",   "proxy",   "prune", "pthread", "public",
     "publish", "pull",     "push",     "pwd"});

bool is_path(string_view text) {
  return text.empty() || string_view("/.~-$<[({=|&*,;:").contains(text[0]) || text.contains('/') ||
         text.contains('=') || text.contains(',');
}

// One argument at `i`, in quotes or bare.
Value argument(string_view text, std::size_t i, char open) {
  if (const auto quoted = quoted_at(text, i)) return {quoted->begin, quoted->end, quoted->behind};
  const std::size_t end = bare_end(text, i, open);
  std::size_t last = end;
  while (last > i && string_view(",.;:)]}").contains(text[last - 1])) --last;
  return {i, last, std::max(end, i)};
}

// "user:password".
Value behind_colon(string_view text, Value whole) {
  const string_view word = text.substr(whole.begin, whole.end - whole.begin);
  const std::size_t colon = word.find(':');
  const bool name = std::ranges::all_of(word.substr(0, colon),
                                        [](char c) { return is(c, bytes::kName) || c == '_' || c == '\\'; });
  if (colon == string_view::npos || colon == 0 || !name || is_digits(word) || word.contains("://") ||
      word.contains("***") || word.substr(colon + 1).starts_with('\\') ||
      word.substr(colon + 1).starts_with('/'))
    return {.next = whole.begin};
  return {whole.begin + colon + 1, whole.end, whole.next};
}

}  // namespace

std::size_t next_argument(string_view text, std::size_t i) {
  std::size_t p = i;
  if (const Mark mark = mark_at(text, p); mark.size > 0 && (mark.c == '"' || mark.c == '\'')) {
    p += mark.size;
    if (at(text, p) != ',' && !is_space(at(text, p))) return i;
    if (at(text, p) == ',') ++p;
  }
  return skip_blanks(text, p);
}

Value user_value(string_view text, std::size_t i, char open) {
  return behind_colon(text, argument(text, i, open));
}

Value option_value(string_view text, std::size_t i, std::size_t floor, char open) {
  const Value none{.next = i};
  const char letter = at(text, i + 1);
  const char next = at(text, i + 2);
  if (letter != 'p' && letter != 'u' && letter != 'U' && letter != 'a' && letter != 'w' && letter != 'P')
    return none;
  const bool attached =
      i + 2 < text.size() && !is_space(next) && next != '"' && next != '\'' && next != '\n' && next != '\\';
  const std::size_t begin = attached ? i + 2 + (next == '=' ? 1 : 0) : next_argument(text, i + 2);
  if (ends_line(text, begin) || masked_at(text, begin)) return none;
  // A list element that starts with a quote ends with it.
  const Value whole = argument(text, begin, attached && i > floor ? text[i - 1] : open);
  const string_view word = text.substr(whole.begin, whole.end - whole.begin);
  if (word.empty() || word.contains("***")) return none;
  if (letter == 'u' || letter == 'U') {
    return behind_colon(text, whole);
  }
  if (letter == 'a') {
    if (attached || word[0] == '-') return none;
    return in_command(text, i, floor, kRedis) ? whole : behind_colon(text, whole);
  }
  if (letter == 'w') return in_command(text, i, floor, kLdap) ? whole : none;
  if (letter == 'P') return in_command(text, i, floor, kCapitalP) ? whole : none;
  if (in_command(text, i, floor, kAttached)) return whole;
  if (is_digits(word) || is_path(word) || word.ends_with("/tcp") || word.ends_with("/udp") ||
      in_command(text, i, floor, kOtherUse))
    return none;
  if (!attached) return speaks_of_secrets(word) || word == "argument" || word == "switch" ? none : whole;
  if (word.size() < 4 || is_digit(word[0])) return none;
  const string_view name = text.substr(i + 1, word.size() + 1);
  if (next != '=' &&
      std::ranges::any_of(kWordsWithP, [&](string_view known) { return begins_with_letters(name, known); }))
    return none;
  return whole;
}

Value auth_value(string_view text, std::size_t i) {
  constexpr auto kMechanisms = std::to_array<string_view>(
      {"PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "XOAUTH2", "OAUTHBEARER", "SCRAM-SHA-1", "SCRAM-SHA-256"});
  const Value none{.next = i};
  // As the server's MONITOR shows it.
  if (const Mark close = mark_at(text, i); close.size > 0 && close.c == '"') {
    Value found = none;
    const string_view quote = text.substr(i, close.size);
    std::size_t p = i + close.size;
    while (is_space(at(text, p)) && text.substr(skip_spaces(text, p)).starts_with(quote)) {
      const auto quoted = quoted_at(text, skip_spaces(text, p));
      found = {quoted->begin, quoted->end, quoted->behind};
      p = quoted->behind;
    }
    return found;
  }
  if (!is_space(at(text, i)) || i >= text.size()) return none;
  std::array<Value, 3> words;
  std::size_t count = 0;
  std::size_t p = i;
  while (count < words.size()) {
    const std::size_t begin = skip_spaces(text, p);
    if (begin == p || ends_line(text, begin) || string_view("(=:[{<>|-").contains(text[begin])) break;
    if (masked_at(text, begin)) {
      words.at(count++) = {begin, begin + 3, begin + 3};
      p = begin + 3;
      continue;
    }
    const Value word = argument(text, begin, 0);
    if (word.end == word.begin) break;
    words.at(count++) = word;
    p = word.next;
    if (word.next > word.end && text[begin] != '"' && text[begin] != '\'') break;  // a comma, a full stop
  }
  const auto word = [&](std::size_t n) {
    return text.substr(words.at(n).begin, words.at(n).end - words.at(n).begin);
  };
  const auto speaks = [&](std::size_t n) { return speaks_of_secrets(word(n)) && word(n) != "default"; };
  if (count == 0) return none;
  for (std::size_t n = 0; n < count; ++n)
    if (word(n).contains("***")) return none;
  if (std::ranges::find(kMechanisms, word(0)) != kMechanisms.end())
    return count > 1 && !speaks(1) ? words[1] : none;
  // A key with its value is masked as such.
  if (count > 1 && word(0).find_first_of("=:") != string_view::npos) return none;
  // "AUTH user bob has logged in", "AUTH failed".
  if (count == 1) return speaks(0) ? none : words[0];
  if (speaks(0) && !(count == 2 && !speaks(1))) return none;
  if (speaks(1)) return words[0];
  const bool ends = count == 2 || speaks(2) || is_upper_word(word(2));
  return ends ? words[1] : none;
}

Value identified_value(string_view text, std::size_t i, char open) {
  constexpr std::size_t kReach = 80;
  std::size_t p = i;
  while (p < text.size() && p < i + kReach) {
    p = skip_spaces(text, p);
    std::size_t end = p;
    while (end < text.size() && (is(text[end], bytes::kWord) || text[end] == '-')) ++end;
    const string_view word = text.substr(p, end - p);
    if (same_letters(word, "by") || same_letters(word, "as") || same_letters(word, "using")) {
      std::size_t value = skip_spaces(text, end);
      if (same_letters(text.substr(value, 8), "password")) value = skip_spaces(text, value + 8);
      if (same_letters(text.substr(value, 6), "values")) value = skip_spaces(text, value + 6);
      if (ends_line(text, value) || masked_at(text, value)) break;
      if (!quoted_at(text, value) && speaks_of_secrets(word_at(text, value))) break;
      return argument(text, value, open);
    }
    if (const auto quoted = quoted_at(text, p)) {
      p = quoted->behind;
    } else if (end > p) {
      p = end;
    } else {
      break;
    }
  }
  return {.next = i};
}

Value inserted_values(string_view text, std::size_t i) {
  const std::size_t open = skip_spaces(text, i);
  if (at(text, open) != '(') return {.next = i};
  Value found{.next = i};
  for (std::size_t p = open; p < text.size() && text[p] != '\n' && text[p] != ';';) {
    if (const auto quoted = quoted_at(text, p); quoted && text[p] == '\'') {
      if (found.end == 0) found.begin = quoted->begin;
      found.end = quoted->end;
      p = std::max(quoted->behind, p + 1);
    } else {
      ++p;
    }
  }
  found.next = std::max(i, found.end);
  return found;
}

}  // namespace log_analysis
