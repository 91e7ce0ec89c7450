#include "log_analysis/json_line.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text/hex.h"
#include "log_analysis/level_word.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr int kMaxDepth = 3;  // of nested objects that are read; deeper ones are skipped

enum class Role : std::uint8_t {
  none,
  level,    // contains a level word or number
  python,   // Python's numbers: 40 is an error
  mongo,    // one letter, only beside "c" and "t"
  otel,     // OpenTelemetry's numbers: 17 is an error
  type,     // a level only if it is one of the words for bad ones
  error,    // an error if there is a value, when there is no level
  code,     // an exchange's code of an error
  status,   // an HTTP status; used when there is no level
  message,  // message; the lowest rank wins
  wrapped,  // a complete line of another program, or an object with its own level
};

struct Key {
  string_view name;  // lower case
  Role role;
  int rank = 0;  // the lowest wins
};

constexpr std::array kKeys{
    Key{"level", Role::level},
    Key{"severity", Role::level, 1},
    Key{"lvl", Role::level, 1},
    Key{"loglevel", Role::level, 1},
    Key{"log_level", Role::level, 1},
    Key{"log.level", Role::level},
    Key{"levelname", Role::level},
    Key{"level_name", Role::level},
    Key{"@level", Role::level},
    Key{"@l", Role::level},
    Key{"severity_text", Role::level},
    Key{"severitytext", Role::level},
    Key{"error_severity", Role::level},
    Key{"log-level", Role::level, 1},
    Key{"loglvl", Role::level, 1},
    Key{"levelstr", Role::level, 1},
    Key{"sev", Role::level, 2},
    Key{"priority", Role::level, 2},
    Key{"severitynumber", Role::otel, 3},
    Key{"severity_number", Role::otel, 3},
    Key{"type", Role::type, 6},
    Key{"error", Role::error},
    Key{"err", Role::error},
    Key{"errors", Role::error},
    Key{"exception", Role::error},
    Key{"exc_info", Role::error},
    Key{"stack_trace", Role::error},
    Key{"stacktrace", Role::error},
    Key{"code", Role::code},
    Key{"retcode", Role::code},
    Key{"level_value", Role::level, 3},
    Key{"levelno", Role::python, 3},
    Key{"s", Role::mongo, 4},
    Key{"status", Role::status, 5},
    Key{"status_code", Role::status, 5},
    Key{"response_code", Role::status, 5},
    Key{"message", Role::message, 0},
    Key{"msg", Role::message, 0},
    Key{"@m", Role::message, 0},
    Key{"@message", Role::message, 0},
    Key{"short_message", Role::message, 0},
    Key{"@mt", Role::message, 1},
    Key{"body", Role::message, 2},
    Key{"event", Role::message, 2},
    Key{"text", Role::message, 2},
    Key{"stringvalue", Role::message, 3},
    Key{"retmsg", Role::message, 3},
    Key{"@x", Role::message, 3},
    Key{"log", Role::wrapped, 3},
};

class Scanner {
 public:
  explicit Scanner(string_view text) : s_(text) {}

  bool object(int depth);

  std::optional<Level> level() const {
    if (level_) return level_;
    return request_ ? status_ : std::nullopt;
  }
  string_view message() const { return message_; }
  bool has_message() const { return message_rank_ < kUnset; }
  bool wrapped() const { return wrapped_; }
  bool error() const { return !(request_ && status_) && (error_ || (code_ && has_message())); }

 private:
  static constexpr int kUnset = 99;

  void space() {
    while (p_ < s_.size() && (is_space(s_[p_]) || s_[p_] == '\n' || s_[p_] == '\r')) ++p_;
  }
  bool eat(char c) {
    space();
    if (at(s_, p_) != c || p_ >= s_.size()) return false;
    ++p_;
    return true;
  }
  std::optional<string_view> string();
  void skip_container();
  void value(string_view key, int depth);
  void take(const Key& key, string_view value, bool quoted);
  void level_object(const Key& key);

  string_view s_;
  std::size_t p_ = 0;
  std::optional<Level> level_;
  std::optional<Level> status_;
  string_view message_;
  int level_rank_ = kUnset;
  int message_rank_ = kUnset;
  bool wrapped_ = false;
  bool request_ = false;
  bool component_ = false;
  bool error_ = false;
  bool code_ = false;
};

// The raw text between the quotes; a truncated string ends with the line.
std::optional<string_view> Scanner::string() {
  if (!eat('"')) return std::nullopt;
  const std::size_t start = p_;
  while (p_ < s_.size()) {
    const std::size_t quote = s_.find('"', p_);
    if (quote == string_view::npos) break;
    std::size_t slashes = 0;
    while (quote - slashes > start && s_[quote - slashes - 1] == '\\') ++slashes;
    p_ = quote + 1;
    if (slashes % 2 == 0) return s_.substr(start, quote - start);
  }
  p_ = s_.size();
  return s_.substr(start);
}

void Scanner::skip_container() {
  int depth = 0;
  while (p_ < s_.size()) {
    const char c = s_[p_];
    if (c == '"') {
      string();
      continue;
    }
    ++p_;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return;
  }
}

const Key* find_key(string_view name) {
  if (name.empty() || name.size() > 16) return nullptr;
  for (const Key& key : kKeys)
    if (name.size() == key.name.size() && lower(name[0]) == key.name[0] && same_letters(name, key.name))
      return &key;
  return nullptr;
}

bool is_request_key(string_view name) {
  constexpr std::array<string_view, 7> kRequest{"method",      "request", "request_method", "path", "uri",
                                                "request_uri", "verb"};
  return std::ranges::find(kRequest, name) != kRequest.end();
}

// Not "{}", "[]", "[ ]".
bool is_filled(string_view container) {
  return !std::ranges::all_of(container,
                              [](char c) { return is_space(c) || one_of<'[', ']', '{', '}', '\n'>(c); });
}

// The text of an error: not null, not empty, not a count.
bool names_error(string_view text, bool quoted) {
  constexpr std::array<string_view, 10> kNothing{"none", "null", "nil",   "no",      "false",
                                                 "ok",   "-",    "<nil>", "success", "undefined"};
  if (!quoted) return text == "true";
  if (text.empty() ||
      std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.' || is_space(c); }))
    return false;
  return std::ranges::none_of(kNothing, [&](string_view word) { return same_letters(text, word); });
}

// Binance answers {"code":-1021,"msg":…}, Bybit {"retCode":10006,"retMsg":…}, OKX {"code":"50011","msg":…}; 0
// is success.
bool is_error_code(string_view name, string_view text, bool quoted) {
  if (quoted)
    return name == "code" && text.size() == 5 && text[0] == '5' && std::ranges::all_of(text, is_digit);
  if (text.empty()) return false;
  const bool negative = text[0] == '-';
  const string_view digits = text.substr(negative ? 1 : 0);
  if (digits.empty() || digits[0] == '0' || !std::ranges::all_of(digits, is_digit)) return false;
  return negative || name == "retcode";
}

void Scanner::take(const Key& key, string_view text, bool quoted) {
  if (key.role == Role::error) {
    error_ = error_ || names_error(text, quoted);
    return;
  }
  if (key.role == Role::code) {
    code_ = code_ || is_error_code(key.name, text, quoted);
    return;
  }
  if (key.role == Role::message || key.role == Role::wrapped) {
    if (!quoted || key.rank >= message_rank_) return;
    message_ = text;
    message_rank_ = key.rank;
    wrapped_ = key.role == Role::wrapped;
    return;
  }
  std::optional<Level> level;
  if (key.role == Role::level) level = level_of_value(text);
  if (key.role == Role::otel) {
    if (const auto number = whole_number(text)) level = level_of_open_telemetry(*number);
  }
  if (key.role == Role::type && quoted) {
    level = level_of_value(text);
    if (text.size() < 4 || (level && *level < Level::error)) level.reset();
  }
  if (key.role == Role::python && text.size() == 2 && is_digit(text[0]))
    level = level_of_number((text[0] - '0' + 1) * 10);
  if (key.role == Role::mongo && quoted && component_ && text.size() <= 2) level = level_of_value(text);
  if (key.role == Role::status && text.size() == 3 && is_digit(text[0]) && is_digit(text[1]) &&
      is_digit(text[2])) {
    status_ = level_of_status((text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0'));
    return;
  }
  if (!level || key.rank >= level_rank_) return;
  level_ = level;
  level_rank_ = key.rank;
}

// {"level": {"name": "ERROR", "value": 40000}}: the name counts, else the number.
void Scanner::level_object(const Key& key) {
  constexpr std::array<string_view, 7> kNames{"name", "label", "text", "level", "value", "str", "severity"};
  if (!eat('{')) return;
  for (;;) {
    const auto name = string();
    if (!name || !eat(':')) break;
    space();
    const bool quoted = at(s_, p_) == '"';
    if (at(s_, p_) == '{' || at(s_, p_) == '[') {
      skip_container();
    } else {
      const std::size_t start = p_;
      string_view text;
      if (quoted) {
        text = *string();
      } else {
        while (p_ < s_.size() && !one_of<',', '}', '\n', '\r'>(s_[p_]) && !is_space(s_[p_])) ++p_;
        text = s_.substr(start, p_ - start);
      }
      const bool known =
          std::ranges::any_of(kNames, [&](string_view each) { return same_letters(*name, each); });
      if (known) take({key.name, Role::level, key.rank + (quoted ? 0 : 1)}, text, quoted);
    }
    if (!eat(',')) break;
  }
  eat('}');
}

void Scanner::value(string_view name, int depth) {
  space();
  const char c = at(s_, p_);
  const Key* key = find_key(name);
  if (c == '"') {
    const auto text = string();
    if (key != nullptr) take(*key, *text, true);
    if (depth == 1 && is_request_key(name)) request_ = true;
    return;
  }
  if (c == '{') {
    // {"log": {"level": "error"}} (ECS), {"log": {"message": …}}: fields of the inner object count like those
    // of the outer one.
    const bool inner = key != nullptr && (key->role == Role::wrapped || key->name == "body");
    if (inner && depth < kMaxDepth) {
      object(depth + 1);
    } else if (key != nullptr && key->role == Role::level) {
      level_object(*key);
    } else {
      if (depth == 1 && is_request_key(name)) request_ = true;
      const std::size_t start = p_;
      skip_container();
      if (key != nullptr && key->role == Role::error && depth == 1)
        error_ = error_ || is_filled(s_.substr(start, p_ - start));
    }
    return;
  }
  if (c == '[') {
    const std::size_t start = p_;
    skip_container();
    if (key != nullptr && key->role == Role::error && depth == 1)
      error_ = error_ || is_filled(s_.substr(start, p_ - start));
    return;
  }
  const std::size_t start = p_;
  while (p_ < s_.size() && !one_of<',', '}', '\n', '\r'>(s_[p_]) && !is_space(s_[p_])) ++p_;
  if (key != nullptr) take(*key, s_.substr(start, p_ - start), false);
}

bool Scanner::object(int depth) {
  if (!eat('{')) return false;
  bool any = false;
  for (;;) {
    space();
    if (at(s_, p_) != '"') {
      if (any || !eat('}')) eat('}');
      return any;
    }
    const auto name = string();
    if (!eat(':')) return any;
    any = true;
    if (*name == "t" || *name == "c") component_ = true;
    value(*name, depth);
    if (!eat(',')) {
      eat('}');
      return true;
    }
  }
}

std::optional<unsigned> hex4(string_view raw, std::size_t i) {
  if (i + 4 > raw.size()) return std::nullopt;
  unsigned code = 0;
  for (std::size_t k = i; k < i + 4; ++k) {
    const int digit = base::hex_digit(raw[k]);
    if (digit < 0) return std::nullopt;
    code = code * 16 + static_cast<unsigned>(digit);
  }
  return code;
}

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (code & 0x3f));
  }
}

}  // namespace

void decode_json_string(string_view raw, std::string& out) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '\\' || i + 1 >= raw.size()) {
      out += raw[i];
      continue;
    }
    const char c = raw[++i];
    constexpr string_view kFrom = "ntrbf";
    constexpr string_view kTo = "\n\t\r\b\f";
    if (const std::size_t known = kFrom.find(c); known != string_view::npos) {
      out += kTo[known];
    } else if (c != 'u') {
      out += c;
    } else if (auto code = hex4(raw, i + 1)) {
      i += 4;
      if (*code >= 0xd800 && *code < 0xdc00 && at(raw, i + 1) == '\\' && at(raw, i + 2) == 'u') {
        const auto low = hex4(raw, i + 3);
        if (low && *low >= 0xdc00 && *low < 0xe000) {
          code = 0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00);
          i += 6;
        }
      }
      append_utf8(out, *code >= 0xd800 && *code < 0xe000 ? 0xfffd : *code);
    } else {
      out += "\\u";
    }
  }
}

std::optional<JsonLine> read_json_line(string_view line, std::string& scratch) {
  // A batch: the level of its first object.
  if (at(line, 0) == '[') line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t\n", 1)));
  Scanner scanner(line);
  if (!scanner.object(1)) return std::nullopt;
  JsonLine result;
  result.error = scanner.error();
  result.level = scanner.level();
  result.has_message = scanner.has_message();
  result.wrapped = scanner.wrapped();
  result.message = scanner.message();
  if (result.message.contains('\\')) {
    scratch.clear();
    decode_json_string(result.message, scratch);
    result.message = scratch;
  }
  return result;
}

}  // namespace log_analysis
