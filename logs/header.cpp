#include "logs/header.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "logs/level_word.h"
#include "logs/text.h"

namespace logs {

namespace {

using std::string_view;

constexpr int kMaxElements = 16;
constexpr std::size_t kMaxGroup = 100;
constexpr int kMaxNames = 6;  // names passed over in search of a level

// The first three letters of months and weekdays.
constexpr std::array<string_view, 19> kCalendar{"jan", "feb", "mar", "apr", "may", "jun", "jul",
                                                "aug", "sep", "oct", "nov", "dec", "mon", "tue",
                                                "wed", "thu", "fri", "sat", "sun"};
constexpr std::uint32_t three_letters(string_view word) {
  return static_cast<std::uint32_t>(word[0] | 0x20) << 16U |
         static_cast<std::uint32_t>(word[1] | 0x20) << 8U | static_cast<std::uint32_t>(word[2] | 0x20);
}
constexpr auto kCalendarCodes = [] {
  std::array<std::uint32_t, kCalendar.size()> codes{};
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = three_letters(kCalendar[i]);
  return codes;
}();
constexpr std::array<string_view, 12> kZones{"UTC", "GMT", "AM",  "PM",  "CET", "CEST",
                                             "EST", "EDT", "PST", "PDT", "MSK", "JST"};
constexpr std::array<string_view, 6> kDetails{"DETAIL", "HINT", "STATEMENT", "CONTEXT", "QUERY", "LOCATION"};
// "Error rate 0.1 %", "warning threshold set": the word is part of a name.
constexpr std::array<string_view, 28> kNouns{
    "bars",   "budget",  "count",    "counter",  "counts",    "correction", "file",
    "free",   "handler", "handlers", "handling", "level",     "levels",     "log",
    "logger", "logs",    "margin",   "metrics",  "page",      "pages",      "queue",
    "rate",   "rates",   "ratio",    "recovery", "reporting", "threshold",  "thresholds"};
constexpr std::array<string_view, 6> kNothing{"0", "none", "null", "nil", "no", "false"};

template <std::size_t n>
bool contains(const std::array<string_view, n>& words, string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_calendar(string_view word) {
  if (word.size() < 3 || word.size() > 9 || !is_upper(word[0])) return false;
  const std::uint32_t code = three_letters(word);
  bool found = false;
  for (const std::uint32_t each : kCalendarCodes) found |= each == code;
  return found;
}

class Parser {
 public:
  explicit Parser(string_view line) : s_(line) {}

  Header parse() {
    if (!line_start())
      for (int i = 0; i < kMaxElements && element(); ++i) {
      }
    header_.rest = std::max(header_.rest, header_.end);
    return header_;
  }

 private:
  // Shapes that only a line's first bytes have. True: the header is read.
  bool line_start();
  bool element();
  bool stamp();
  bool bracket();
  bool angle();
  bool word();
  bool name();
  bool letter(std::size_t end);
  bool stands_as_level(const LevelWord& word, string_view text, std::size_t end) const;
  void found(Level level, std::size_t end);
  void logger();
  // Up to `end` all is header for sure.
  void sure(std::size_t end) { header_.end = std::min(end, s_.size()); }
  bool stop() {
    header_.rest = std::min(p_, s_.size());
    return false;
  }

  string_view s_;
  std::size_t p_ = 0;
  Header header_;
  bool fresh_ = true;    // nothing but time, brackets and separators before: here a level may stand
  bool syslog_ = false;  // "Jun 14 15:16:01": host and program follow
  bool redis_ = false;
  int names_ = 0;
};

bool Parser::line_start() {
  const char c = at(s_, 0);
  // klog and glog: "E0102 15:04:05.000000 1 file.go:12] words".
  if ((c == 'I' || c == 'W' || c == 'E' || c == 'F') && is_digit(at(s_, 1))) {
    std::size_t end = 1;
    while (is_digit(at(s_, end))) ++end;
    if ((end == 5 || end == 9) && at(s_, end) == ' ' && is_digit(at(s_, skip_spaces(s_, end)))) {
      const std::size_t close = s_.substr(0, kMaxGroup).find("] ");
      header_.timed = true;
      header_.level = level_of_letter(c);
      sure(close == string_view::npos ? end : close + 2);
      return true;
    }
  }
  // Ruby: "E, [2024-01-01T00:00:00.000000 #1] ERROR -- : words".
  if (is_upper(c) && at(s_, 1) == ',' && at(s_, 2) == ' ' && at(s_, 3) == '[') {
    if (const auto level = level_of_letter(c)) {
      const std::size_t close = s_.substr(0, kMaxGroup).find(": ", 30);
      header_.timed = true;
      header_.level = level;
      sure(close == string_view::npos ? 3 : close + 2);
      return true;
    }
  }
  // Android in brief: "E/Tag( 123): words".
  if (is_upper(c) && at(s_, 1) == '/' && is_letter(at(s_, 2))) {
    const std::size_t colon = s_.substr(0, 60).find(": ");
    if (const auto level = level_of_letter(c); level && colon != string_view::npos) {
      found(*level, colon + 2);
      return true;
    }
  }
  // Redis: "1:M 01 Jan 2024 12:00:00.000 # words", before 3.0 "[1] 01 Jan 12:00:00.000 # words".
  std::size_t digits = c == '[' ? 1 : 0;
  while (is_digit(at(s_, digits))) ++digits;
  if (c == '[' && digits > 1 && at(s_, digits) == ']' && is_digit(at(s_, digits + 2))) {
    redis_ = true;
    p_ = digits + 1;
  } else if (digits > 0 && at(s_, digits) == ':' && string_view("MSCX").contains(at(s_, digits + 1)) &&
             at(s_, digits + 2) == ' ') {
    redis_ = true;
    p_ = digits + 2;
  }
  return false;
}

bool Parser::element() {
  while (p_ < s_.size() && (is_space(s_[p_]) || s_[p_] == ',' || s_[p_] == ';' || s_[p_] == '|')) {
    fresh_ = fresh_ || s_[p_] == '|';
    ++p_;
  }
  if (p_ >= s_.size()) return stop();
  const char c = s_[p_];
  if (redis_ && header_.timed && string_view(".-*#").contains(c) && at(s_, p_ + 1) == ' ') {
    found(c == '#' ? Level::warning : Level::info, p_ + 2);
    return false;
  }
  if (is_digit(c)) return stamp() || name();
  if (c == '[' || c == '(') return bracket();
  if (c == '<') return angle();
  if (is_letter(c)) return word();
  if ((c == '-' || c == ':' || c == '*') && is_space(at(s_, p_ + 1))) {
    fresh_ = true;
    ++p_;
    return true;
  }
  return c == '@' || c == '_' || c == '/' ? name() : stop();
}

// Digits and what stands between them: dates, times, process ids, addresses.
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
  bool half_day = false;  // 12:00AM
  if (colons > 0 && (at(s_, end) == 'A' || at(s_, end) == 'P') && at(s_, end + 1) == 'M') {
    half_day = true;
    end += 2;
  }
  const char next = at(s_, end);
  if (!is_space(next) && !string_view("|;[]<").contains(next)) return false;
  const char last = s_[end - 1];
  const bool time = half_day || colons >= 2 || dashes == 2 || (dots == 2 && end - p_ == 10);
  if (time) {
    header_.timed = true;
    sure(end);
  }
  // A count before the words "3 errors": what follows is no header, unless it is in capitals.
  fresh_ = fresh_ && (time || header_.timed) && last != '/';
  p_ = end;
  return true;
}

// A word in brackets: alone, behind a colon ("core:error"), or in capitals among others ("12:00:00 INF").
struct Inside {
  std::optional<Level> level;
  bool timed = false;
};
Inside inside(string_view text) {
  Inside result;
  const std::size_t start = skip_spaces(text, 0);
  std::size_t stop = text.size();
  while (stop > start && is_space(text[stop - 1])) --stop;
  if (start == stop) return result;
  result.timed =
      is_digit(text[start]) && text.find_first_of(":-./") != string_view::npos && stop - start >= 8;
  // Tornado: "[E 240101 12:00:00 web:1]".
  if (is_letter(text[start]) && at(text, start + 1) == ' ' && is_digit(at(text, start + 2))) {
    result.level = level_of_letter(text[start]);
    result.timed = true;
    return result;
  }
  for (std::size_t i = start; i < stop;) {
    if (!is_letter(text[i])) {
      ++i;
      continue;
    }
    const std::size_t end = letters_end(text, i);
    const string_view word = text.substr(i, end - i);
    const char before = i == start ? ' ' : text[i - 1];
    const char after = end >= stop ? ' ' : text[end];
    const bool alone = i == start && end == stop;
    const bool module = before == ':' && end == stop && is_letter(text[start]);
    const bool bounded = (is_space(before) || before == ':' || before == '|') &&
                         (is_space(after) || after == ':' || after == '/' || after == '|');
    if (const auto level = level_word(word); level && (alone || module || (bounded && all_upper(word)))) {
      result.level = level->level;
      return result;
    }
    if (i == start && is_calendar(word) && is_space(after)) result.timed = true;
    i = end;
  }
  return result;
}

bool Parser::bracket() {
  const std::size_t close = s_.substr(0, p_ + kMaxGroup).find(s_[p_] == '[' ? ']' : ')', p_);
  if (close == string_view::npos) return stop();
  const string_view text = s_.substr(p_ + 1, close - p_ - 1);
  const Inside what = inside(text);
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

// Android's threadtime, MongoDB before 4.4: one letter behind the time.
bool Parser::letter(std::size_t end) {
  if (end - p_ != 1 || !header_.timed || !is_space(at(s_, end)) || !is_letter(at(s_, skip_spaces(s_, end))))
    return false;
  const auto level = level_of_letter(s_[p_]);
  if (level) found(*level, end);
  return level.has_value();
}

bool Parser::stands_as_level(const LevelWord& word, string_view text, std::size_t end) const {
  const char next = at(s_, end);
  const bool capitals = all_upper(text);
  const bool colon = next == ':';
  if (!is_space(next) && !string_view(":,;|])>!/([-").contains(next)) return false;
  if ((next == '/' || next == '(' || next == '-' || next == '>') && !capitals) return false;
  if (next == '[') {
    // rustc: "error[E0308]:".
    if (!capitals && at(s_, end + 1) != 'E') return false;
  }
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
      if (stands_as_level(*level, text, after)) {
        found(level->level, after);
        return false;
      }
    }
  }
  const char next = at(s_, end);
  const bool capitals = all_upper(text);
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

// A host, a program, a node, a logger: passed over, since a level may follow.
bool Parser::name() {
  const std::size_t end = token_end(s_, p_);
  const string_view token = s_.substr(p_, end - p_);
  const char last = token.back();
  if (syslog_ && header_.timed && names_ < 2) {
    const bool program = last == ':';
    sure(end);
    p_ = end;
    names_ = program ? 2 : names_ + 1;
    fresh_ = program;
    return true;
  }
  const std::size_t after = skip_spaces(s_, end);
  const bool piped = at(s_, after) == '|' && names_ == 0;
  const bool dashed = at(s_, after) == '-' && is_space(at(s_, after + 1));
  const bool capitals = token.size() > 1 && all_upper(token);
  const bool odd = std::ranges::any_of(token, [](char c) { return !is_letter(c) && c != '\'' && c != '!'; });
  if (token.contains('"') || last == '.' || last == '?' || names_ >= kMaxNames ||
      (!piped && !dashed && !capitals && !odd))
    return stop();
  ++names_;
  fresh_ = last == ':' && !is_digit(at(s_, after));
  p_ = end;
  return true;
}

void Parser::found(Level level, std::size_t end) {
  // A syslog priority was read before the program's own word.
  if (!header_.level) header_.level = level;
  p_ = std::min(end, s_.size());
  logger();
  sure(p_);
}

// What stands between the level and the words: separators, [thread], (line), a.dotted.Logger:, root:
void Parser::logger() {
  for (int i = 0; i < 4; ++i) {
    while (p_ < s_.size() && (is_space(s_[p_]) || string_view(":]|-,>").contains(s_[p_]))) ++p_;
    if (at(s_, p_) == '[' || at(s_, p_) == '(') {
      const std::size_t close = s_.substr(0, p_ + kMaxGroup).find(s_[p_] == '[' ? ']' : ')', p_);
      if (close == string_view::npos) return;
      p_ = close + 1;
      continue;
    }
    const std::size_t end = std::min(token_end(s_, p_), s_.size());
    const string_view token = s_.substr(p_, end - p_);
    const std::size_t dot = std::min(token.find('.'), token.find("::"));
    const bool dotted = dot != string_view::npos && dot + 1 < token.size() && dot > 0;
    const bool labelled = token.size() > 1 && token.back() == ':' && end < s_.size();
    if (!is_letter(at(s_, p_)) || !(dotted || labelled) || token.find_first_of("\"=/?") != string_view::npos)
      return;
    p_ = end;
  }
}

}  // namespace

bool is_not_a_level(string_view line, std::size_t after) {
  const std::size_t end = after;
  const bool colon = at(line, after) == ':';
  if (colon) ++after;
  const std::size_t start = skip_spaces(line, after);
  if (start == after && !colon) return false;
  std::size_t stop = start;
  while (stop < line.size() && (is_letter(line[stop]) || is_digit(line[stop]))) ++stop;
  const string_view next = line.substr(start, stop - start);
  if (next.empty()) return false;
  if (colon) {
    const char behind = stop < line.size() ? line[stop] : ',';
    return contains(kNothing, next) &&
           (string_view(",;)").contains(behind) || (next == "0" && is_space(behind)));
  }
  return start == end + 1 && contains(kNouns, next);
}

Header read_header(string_view line) { return Parser(line).parse(); }

}  // namespace logs
