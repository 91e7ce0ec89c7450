#include "log_analysis/header.h"

#include <algorithm>
#include <array>

#include "log_analysis/bracketed.h"
#include "log_analysis/level_word.h"
#include "log_analysis/line_start.h"
#include "log_analysis/secret_names.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr int kMaxElements = 16;
constexpr std::size_t kMaxGroup = 250;
constexpr int kMaxNames = 6;  // names that are skipped while looking for a level

constexpr std::array<string_view, 12> kZones{"UTC", "GMT", "AM",  "PM",  "CET", "CEST",
                                             "EST", "EDT", "PST", "PDT", "MSK", "JST"};
constexpr std::array<string_view, 6> kDetails{"DETAIL", "HINT", "STATEMENT", "CONTEXT", "QUERY", "LOCATION"};
struct Translated {
  string_view word;
  Level level = Level::info;
  bool detail = false;
};
// From Postgres' message catalogues: levels whose letters are not all ASCII, and the parts of an event.
constexpr std::array kTranslated{
    Translated{"ОШИБКА", Level::error},
    Translated{"ПОМИЛКА", Level::error},
    Translated{"BŁĄD", Level::error},
    Translated{"ΣΦΑΛΜΑ", Level::error},
    Translated{"エラー", Level::error},
    Translated{"错误", Level::error},
    Translated{"오류", Level::error},
    Translated{"შეცდომა", Level::error},
    Translated{"FEL", Level::error},
    Translated{"ПРЕДУПРЕЖДЕНИЕ", Level::warning},
    Translated{"ПОПЕРЕДЖЕННЯ", Level::warning},
    Translated{"OSTRZEŻENIE", Level::warning},
    Translated{"警告", Level::warning},
    Translated{"경고", Level::warning},
    Translated{"ATTENTION", Level::warning},
    Translated{"VAROVÁNÍ", Level::warning},
    Translated{"ВАЖНО", Level::critical},
    Translated{"ФАТАЛЬНО", Level::critical},
    Translated{"КРИТИЧНО", Level::critical},
    Translated{"致命错误", Level::critical},
    Translated{"치명적오류", Level::critical},
    Translated{"KATASTROFALNY", Level::critical},
    Translated{"FATALE", Level::critical},
    Translated{"FATÁLNÍ", Level::critical},
    Translated{"FATALT", Level::critical},
    Translated{"ПАНИКА", Level::critical},
    Translated{"PANIKA", Level::critical},
    Translated{"ÖLÜMCÜL", Level::critical},
    Translated{"PÂNICO", Level::critical},
    Translated{"СООБЩЕНИЕ", Level::info},
    Translated{"日志", Level::info},
    Translated{"로그", Level::info},
    Translated{"ПОДРОБНОСТИ", Level::info, true},
    Translated{"ПОДСКАЗКА", Level::info, true},
    Translated{"ОПЕРАТОР", Level::info, true},
    Translated{"КОНТЕКСТ", Level::info, true},
    Translated{"DÉTAIL", Level::info, true},
    Translated{"ASTUCE", Level::info, true},
    Translated{"INSTRUCTION", Level::info, true},
    Translated{"CONTEXTE", Level::info, true},
    Translated{"TIPP", Level::info, true},
    Translated{"ANWEISUNG", Level::info, true},
    Translated{"ZUSAMMENHANG", Level::info, true},
    Translated{"DETALLE", Level::info, true},
    Translated{"SENTENCIA", Level::info, true},
    Translated{"CONTEXTO", Level::info, true},
    Translated{"DETTAGLI", Level::info, true},
    Translated{"ISTRUZIONE", Level::info, true},
    Translated{"CONTESTO", Level::info, true},
    Translated{"DETALHE", Level::info, true},
    Translated{"COMANDO", Level::info, true},
};

template <std::size_t n>
bool contains(const std::array<string_view, n>& words, string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// "password:" is not a logger name but starts the message, which must be masked.
bool names_secret(string_view token) {
  return token.ends_with(':') && secret_key(token.substr(0, token.size() - 1)) != SecretKey::no;
}

// "i.q.c.Name": letters with a dot between, and no abbreviation such as "i.e.".
bool is_dotted_name(string_view text, std::size_t i) {
  int dots = 0;
  std::size_t last = i;
  for (; i < text.size() && (is(text[i], bytes::kWord) || text[i] == '.'); ++i) {
    if (text[i] != '.') continue;
    ++dots;
    last = i + 1;
  }
  return dots > 0 && i > last + 1 && is_upper(at(text, last)) && is_space(at(text, i));
}

// '#' is Redis' highest level; its crash messages have it.
Level level_of_redis_warning(string_view words) {
  constexpr std::array<string_view, 7> kEnds{
      " crashed by signal", "Fatal error",  "Out Of Memory allocating", "ASSERTION FAILED",
      "Unrecoverable",      "aborting now", "REDIS BUG REPORT"};
  words = words.substr(0, 100);
  return std::ranges::any_of(kEnds, [&](string_view end) { return words.contains(end); }) ? Level::critical
                                                                                          : Level::warning;
}

class Parser {
 public:
  Parser(string_view line, bool timed) : s_(line) { header_.timed = timed; }

  Header parse() {
    const LineStart start = read_line_start(s_);
    redis_ = start.redis;
    header_.timed = header_.timed || start.timed;
    p_ = start.end;
    if (start.level) {
      header_.level = start.level;
      sure(start.end);
    } else {
      for (int i = 0; i < kMaxElements && element(); ++i) {
      }
    }
    header_.rest = std::max(header_.rest, header_.end);
    return header_;
  }

 private:
  bool element();
  bool stamp();
  bool bracket();
  bool angle();
  bool word();
  bool name();
  bool letter(std::size_t end);
  bool translated();
  bool stands_as_level(const LevelWord& word, string_view text, std::size_t end) const;
  void found(Level level, std::size_t end);
  void logger();
  // Everything up to `end` is header.
  void sure(std::size_t end) { header_.end = std::min(end, s_.size()); }
  bool stop() {
    header_.rest = std::min(p_, s_.size());
    return false;
  }

  string_view s_;
  std::size_t p_ = 0;
  Header header_;
  bool fresh_ = true;    // only time, brackets and separators so far, so a level may follow
  bool syslog_ = false;  // "Jun 14 15:16:01": host and program follow
  bool redis_ = false;
  bool numbered_ = false;  // a number after the time, such as a process id
  int names_ = 0;
  std::optional<std::size_t> label_;  // the first ":  ", searched for when it is needed
};

bool Parser::element() {
  while (p_ < s_.size() && (is_space(s_[p_]) || s_[p_] == ',' || s_[p_] == ';' || s_[p_] == '|')) {
    fresh_ = fresh_ || s_[p_] == '|';
    ++p_;
  }
  if (p_ >= s_.size()) return stop();
  const char c = s_[p_];
  if (redis_ && header_.timed && one_of<'.', '-', '*', '#'>(c) && at(s_, p_ + 1) == ' ') {
    found(c == '#' ? level_of_redis_warning(s_.substr(p_ + 1)) : Level::info, p_ + 2);
    return false;
  }
  if ((is_upper(c) || static_cast<unsigned char>(c) >= 0x80) && translated()) return false;
  if (is_digit(c)) return stamp() || name();
  if (c == '[' || c == '(') return bracket();
  if (c == '<') return angle();
  if (is_letter(c)) return word();
  if ((c == '-' || c == ':' || c == '*') && is_space(at(s_, p_ + 1))) {
    fresh_ = true;
    ++p_;
    return true;
  }
  if ((c == '+' || c == '-') && header_.timed && names_ == 0 && is_digit(at(s_, p_ + 1))) {  // "-03", "+0530"
    const std::size_t end = token_end(s_, p_);
    if (end - p_ > 6) return stop();
    fresh_ = true;
    p_ = end;
    return true;
  }
  return c == '@' || c == '_' || c == '/' ? name() : stop();
}

// Postgres' words in other languages than English: "ОШИБКА:  ", "DÉTAIL:  ". Those in plain Latin letters are
// level words.
bool Parser::translated() {
  if (!label_) label_ = s_.substr(0, kMaxGroup).find(":  ");
  if (*label_ == string_view::npos || *label_ < p_ || *label_ > p_ + 48) return false;
  const string_view text = s_.substr(p_);
  const std::size_t colon = *label_ - p_;
  string_view word = text.substr(0, colon);
  while (!word.empty() && (is_space(word.back()) || word.back() == '\xa0' || word.back() == '\xc2'))
    word.remove_suffix(1);  // French has a (non-breaking) space before the colon
  for (const Translated& each : kTranslated) {
    if (each.word != word) continue;
    if (each.detail) {
      header_.detail = true;
      sure(p_ + colon + 3);
      stop();
    } else {
      found(each.level, p_ + colon + 3);
    }
    return true;
  }
  return false;
}

// Digits and their separators: dates, times, process ids, addresses.
bool Parser::stamp() {
  std::size_t end = p_;
  int colons = 0;
  int dashes = 0;
  int dots = 0;
  while (end < s_.size() && is(s_[end], bytes::kStamp)) {
    const char c = s_[end++];
    colons += c == ':' ? 1 : 0;
    dashes += c == '-' || c == '/' ? 1 : 0;
    dots += c == '.' ? 1 : 0;
  }
  // zap's "1.7676144001e+09"
  const bool scientific = dots == 1 && at(s_, end) == 'e' && at(s_, end + 1) == '+' && at(s_, end + 2) == '0';
  if (scientific) end += 4;
  bool half_day = false;  // 12:00AM
  if (colons > 0 && (at(s_, end) == 'A' || at(s_, end) == 'P') && at(s_, end + 1) == 'M') {
    half_day = true;
    end += 2;
  }
  const char next = at(s_, end);
  if (!is_space(next) && !one_of<'|', ';', '[', ']', '<'>(next)) return false;
  const char last = s_[end - 1];
  const bool time = half_day || scientific || colons >= 2 || dashes == 2 || (dots == 2 && end - p_ == 10);
  if (time) {
    header_.timed = true;
    sure(end);
  }
  numbered_ = numbered_ || (header_.timed && !time);
  // A count as in "3 errors": the next word is not header, unless it is in capitals.
  fresh_ = fresh_ && (time || header_.timed) && last != '/';
  p_ = end;
  return true;
}

bool Parser::bracket() {
  const std::size_t close = closing_bracket(s_, p_, kMaxGroup);
  if (close == string_view::npos) return stop();
  const string_view text = s_.substr(p_ + 1, close - p_ - 1);
  const Bracketed what = read_bracketed(text);
  header_.timed = header_.timed || what.timed;
  if (what.level && (s_[p_] == '[' || !text.contains(' '))) {
    found(*what.level, close + 1);
    return false;
  }
  const bool number = std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '-' || c == '.'; });
  if (what.timed || (header_.timed && number)) sure(close + 1);
  p_ = close + 1;
  fresh_ = true;
  return true;
}

// "<34>" of syslog at the start, "<error>" of NetworkManager, "<0.5.0>" of Erlang.
bool Parser::angle() {
  const std::size_t close = s_.substr(0, p_ + 20).find('>', p_);
  if (close == string_view::npos) return stop();
  const string_view text = s_.substr(p_ + 1, close - p_ - 1);
  const bool number = !text.empty() && std::ranges::all_of(text, is_digit);
  if (number && p_ == 0 && text.size() <= 3) {
    int priority = 0;
    for (const char c : text) priority = priority * 10 + (c - '0');
    if (priority > 191) return stop();
    header_.level = level_of_syslog(priority & 7);
    p_ = close + 1;
    sure(p_);
    return true;
  }
  if (const auto level = level_word(text)) {
    found(level->level, close + 1);
    return false;
  }
  if (!std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; })) return stop();
  p_ = close + 1;
  return true;
}

// One letter after the time: Android's "1702  2395 D Tag: words" and "D/Tag( 12): words", MongoDB's before
// 4.4 "I NETWORK  [conn1] words", TensorFlow's "E dir/file.cc:12] words", QuestDB's "E i.q.c.Name words".
bool Parser::letter(std::size_t end) {
  if (end - p_ != 1 || !header_.timed) return false;
  std::optional<Level> level = level_of_letter(s_[p_]);
  const bool dotted = is_dotted_name(s_, skip_spaces(s_, end));
  if (dotted && s_[p_] == 'C') level = Level::critical;
  if (dotted && s_[p_] == 'A') level = Level::info;
  if (!level) return false;
  if (at(s_, end) == '/') {
    if (!is_letter(at(s_, end + 1)) || !is_letter(at(s_, end + 2))) return false;
    found(*level, end + 1);
    return true;
  }
  const std::size_t next = skip_spaces(s_, end);
  if (next == end || !is_letter(at(s_, next))) return false;
  const string_view token = s_.substr(next, token_end(s_, next) - next);
  // "00:00:00 F score 0.5" has neither.
  if (!numbered_ && !dotted && !all_upper(token) && token.find_first_of(":/") == string_view::npos)
    return false;
  found(*level, end);
  return true;
}

bool Parser::stands_as_level(const LevelWord& word, string_view text, std::size_t end) const {
  const char next = at(s_, end);
  const bool capitals = all_upper(text);
  const bool colon = next == ':';
  if (!is_space(next) && !one_of<':', ',', ';', '|', ']', ')', '>', '!', '/', '(', '[', '-'>(next))
    return false;
  if ((next == '/' || next == '(' || next == '-' || next == '>') && !capitals) return false;
  // rustc: "error[E0308]:".
  if (next == '[' && !capitals && at(s_, end + 1) != 'E') return false;
  const bool column =
      next == '\t' || next == '|' || next == ',' || (next == ' ' && is_space(at(s_, end + 1)));
  switch (word.kind) {
    case WordKind::plain:
      if (capitals) return !is_not_a_level(s_, end);
      if (!fresh_) return false;
      if (colon) return !is_not_a_level(s_, end);
      return column || ((word.level != Level::critical || header_.timed) && !is_not_a_level(s_, end));
    case WordKind::brief:
      if (capitals) return fresh_ || header_.timed;
      return fresh_ && (colon || (column && header_.timed));
    case WordKind::doubtful:
      return capitals ? colon || header_.timed || names_ > 0 || column
                      : fresh_ && ((column && header_.timed) || (colon && text == "panic"));
    case WordKind::labelled:
      return (capitals && colon) || (fresh_ && colon && text == "fail");
  }
  return false;
}

bool Parser::word() {
  const std::size_t end = letters_end(s_, p_);
  const string_view text = s_.substr(p_, end - p_);
  if (letter(end)) return false;
  if (may_be_level_word(text[0], text.size())) {
    if (const auto level = level_word(text)) {
      std::size_t after = end;
      if (is_digit(at(s_, end)) && at(s_, end + 1) == ':') ++after;  // DEBUG1:
      if (all_upper(text)) after = offset_end(s_, after);            // ERROR+2 of Go's slog
      if (stands_as_level(*level, text, after)) {
        found(level->level, after);
        return false;
      }
    }
  }
  const char next = at(s_, end);
  const bool capitals = all_upper(text);
  if (text == "LOG" && next == '_') {  // quill
    const std::size_t named = letters_end(s_, end + 1);
    const string_view name = s_.substr(end + 1, named - end - 1);
    const auto level = all_upper(name) ? level_word(name) : std::nullopt;
    if (level && is_space(at(s_, named))) {
      found(level->level, named);
      return false;
    }
  }
  if (capitals && next == ':' && at(s_, end + 1) == ' ' && at(s_, end + 2) == ' ' &&
      contains(kDetails, text)) {
    header_.detail = true;
    sure(end + 3);
    return stop();
  }
  if (is_calendar(text) && (is_space(next) || next == ',') && !header_.timed) {
    const std::size_t after = skip_spaces(s_, end + (next == ',' ? 1 : 0));
    if (is_digit(at(s_, after)) || is_calendar(s_.substr(after, 3))) {
      syslog_ = !redis_;
      p_ = after;
      return true;
    }
  }
  if (redis_ && is_calendar(text)) {
    p_ = end;
    return true;
  }
  if (header_.timed && capitals && contains(kZones, text)) {
    p_ = end;
    sure(end);
    return true;
  }
  // The container runtimes of Kubernetes: "stdout F words".
  if (header_.timed && (text == "stdout" || text == "stderr") && next == ' ' && at(s_, end + 2) == ' ') {
    p_ = end + 3;
    sure(p_);
    return true;
  }
  return name();
}

// A host, program, node or logger: skipped, because a level may follow.
bool Parser::name() {
  const std::size_t end = token_end(s_, p_);
  const string_view token = s_.substr(p_, end - p_);
  const char last = token.back();
  if (names_secret(token)) return stop();
  if (syslog_ && header_.timed && names_ < 2) {
    const bool program = last == ':';
    sure(end);
    p_ = end;
    names_ = program ? 2 : names_ + 1;
    fresh_ = program;
    return true;
  }
  // Monolog, Laravel, Symfony: "[2024-01-01 00:00:00] production.ERROR: words".
  if (const std::size_t dot = token.rfind('.');
      last == ':' && header_.timed && names_ == 0 && dot != string_view::npos) {
    const string_view text = token.substr(dot + 1, token.size() - dot - 2);
    if (const auto level = all_upper(text) ? level_word(text) : std::nullopt) {
      found(level->level, end);
      return false;
    }
  }
  bool quoted = false;
  bool odd = false;  // not a plain word: has digits, dots or dashes
  for (const char c : token) {
    quoted |= c == '"';
    odd |= !is_letter(c) && c != '\'' && c != '!';
  }
  if (quoted || last == '.' || last == '?' || names_ >= kMaxNames) return stop();
  const std::size_t after = skip_spaces(s_, end);
  const bool piped = at(s_, after) == '|' && names_ == 0;
  const bool dashed = at(s_, after) == '-' && is_space(at(s_, after + 1));
  const bool capitals = token.size() > 1 && all_upper(token);
  if (!piped && !dashed && !capitals && !odd) return stop();
  ++names_;
  fresh_ = last == ':' && !is_digit(at(s_, after));
  p_ = end;
  return true;
}

void Parser::found(Level level, std::size_t end) {
  // A syslog priority was read first; the program's own level word wins.
  if (!header_.level) header_.level = level;
  p_ = std::min(end, s_.size());
  logger();
  sure(p_);
}

// Skips what is between level and message: separators, [thread], (line), a.dotted.Logger:, root:
void Parser::logger() {
  for (int i = 0; i < 4; ++i) {
    while (p_ < s_.size() && (is_space(s_[p_]) || one_of<':', ']', '|', '-', ',', '>'>(s_[p_]))) ++p_;
    if (at(s_, p_) == '[' || at(s_, p_) == '(') {
      const std::size_t close = closing_bracket(s_, p_, kMaxGroup);
      if (close == string_view::npos) return;
      p_ = close + 1;
      continue;
    }
    if (!is_letter(at(s_, p_))) return;
    std::size_t end = p_;
    bool dotted = false;
    for (; end < s_.size() && !is_space(s_[end]); ++end) {
      const char c = s_[end];
      if (one_of<'"', '=', '/', '?'>(c)) return;
      if (c == '.' || (c == ':' && at(s_, end + 1) == ':')) dotted |= is_letter(at(s_, end + 1)) || c == ':';
    }
    const bool labelled = s_[end - 1] == ':' && end < s_.size();
    if (!dotted && !labelled) return;
    if (names_secret(s_.substr(p_, end - p_))) return;
    p_ = end;
  }
}

}  // namespace

Header read_header(string_view line, bool timed) { return Parser(line, timed).parse(); }

}  // namespace log_analysis
