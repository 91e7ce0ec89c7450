#include "log_analysis/outer_header.h"

#include <algorithm>

#include "log_analysis/bracketed.h"
#include "log_analysis/level_word.h"
#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr int kMaxHeaders = 8;

bool is_level(string_view word) { return level_word(word).has_value(); }

// Digits in the form of `shape`, where '0' is a digit: "00:00:00".
bool has_shape(string_view text, std::size_t i, string_view shape) {
  if (i + shape.size() > text.size()) return false;
  for (std::size_t k = 0; k < shape.size(); ++k)
    if (shape[k] == '0' ? !is_digit(text[i + k]) : text[i + k] != shape[k]) return false;
  return true;
}

// ".678901", ",678"
std::size_t fraction_end(string_view text, std::size_t i) {
  if ((at(text, i) != '.' && at(text, i) != ',') || !is_digit(at(text, i + 1))) return i;
  ++i;
  while (is_digit(at(text, i))) ++i;
  return i;
}

// "Z", "+01:00", "+0100", " UTC", " +0100"
std::size_t zone_end(string_view text, std::size_t i) {
  if (at(text, i) == 'Z') return i + 1;
  const std::size_t sign = at(text, i) == ' ' ? i + 1 : i;
  if (at(text, sign) == '+' || at(text, sign) == '-') {
    for (const string_view shape : {"00:00", "0000", "00"})
      if (has_shape(text, sign + 1, shape) && !is_digit(at(text, sign + 1 + shape.size())))
        return sign + 1 + shape.size();
    return i;
  }
  for (const string_view zone : {" UTC", " GMT", " CET", " CEST"})
    if (text.substr(i, zone.size()) == zone && at(text, i + zone.size()) == ' ') return i + zone.size();
  return i;
}

// "2025-01-02T03:04:05.678+01:00", "2025/01/02 03:04:05"; 0 if there is none at the start.
std::size_t stamp_end(string_view text) {
  if (text.size() < 19 || !is_digit(text[0])) return 0;
  if (!has_shape(text, 0, "0000-00-00") && !has_shape(text, 0, "0000/00/00")) return 0;
  if ((text[10] != 'T' && text[10] != ' ') || !has_shape(text, 11, "00:00:00")) return 0;
  return zone_end(text, fraction_end(text, 19));
}

// "Jan  2 03:04:05", "Jan 02 2025 03:04:05.678"; 0 if there is none.
std::size_t month_stamp_end(string_view text) {
  if (text.size() < 15 || !is_calendar(text.substr(0, 3)) || text[3] != ' ') return 0;
  std::size_t i = skip_spaces(text, 4);
  if (!is_digit(at(text, i))) return 0;
  i += is_digit(at(text, i + 1)) ? 2 : 1;
  if (has_shape(text, i, " 0000 ")) i += 5;
  if (at(text, i) != ' ' || !has_shape(text, i + 1, "00:00:00")) return 0;
  return fraction_end(text, i + 9);
}

// "host app[7]: ", "host app: ", "app[7]: " from `i` on: the offset after it, or `i`. `lone`: also "app: ".
std::size_t program_end(string_view text, std::size_t i, bool lone) {
  std::size_t p = i;
  for (int token = 0; token < 2; ++token) {
    const std::size_t start = p;
    while (p < text.size() && is(text[p], bytes::kName)) ++p;
    if (p == start || is_level(text.substr(start, p - start))) return i;
    while (p < text.size() && one_of<'/', '(', ')'>(text[p])) {
      ++p;
      while (p < text.size() && is(text[p], bytes::kName)) ++p;
    }
    if (at(text, p) == '[') {
      const std::size_t close = text.substr(0, p + 16).find(']', p);
      if (close == string_view::npos) return i;
      p = close + 1;
      if (at(text, p) != ':') return i;
    } else if (at(text, p) == ':' && token == 0 && !lone) {
      return i;
    }
    if (at(text, p) == ':') return is_space(at(text, p + 1)) ? std::min(p + 2, text.size()) : i;
    if (at(text, p) != ' ') return i;
    ++p;
  }
  return i;
}

// The fields of RFC 5424 behind the time: "host app 7 ID47 [id@1 a="b"] "; `i` if there are none.
std::size_t rfc5424_end(string_view text, std::size_t i) {
  for (int field = 0; field < 4; ++field) {
    const std::size_t end = token_end(text, i);
    if (end == i || end >= text.size()) return i;
    i = end + 1;
  }
  if (at(text, i) == '-') return std::min(i + 2, text.size());
  while (at(text, i) == '[') {
    const std::size_t close = closing_bracket(text, i, 400);
    if (close == string_view::npos) return i;
    i = close + 1;
  }
  return std::min(i + 1, text.size());
}

// "<34>", and "1 " behind it.
std::size_t priority_end(string_view text, OuterHeader& header, bool& rfc5424) {
  std::size_t i = 1;
  int priority = 0;
  for (; i < 4 && is_digit(at(text, i)); ++i) priority = priority * 10 + (text[i] - '0');
  if (i == 1 || at(text, i) != '>' || priority > 191) return 0;
  header.level = level_of_syslog(priority & 7);
  rfc5424 = at(text, i + 1) == '1' && at(text, i + 2) == ' ';
  return std::min(i + (rfc5424 ? 3 : 1), text.size());
}

// "api-1  | ", "api stdout | ", "0|api  | "; 0 if there is none.
std::size_t compose_end(string_view text) {
  std::size_t i = 0;
  while (is_digit(at(text, i))) ++i;
  i = i > 0 && at(text, i) == '|' && is(at(text, i + 1), bytes::kName) ? i + 1 : 0;
  const bool pm2 = i > 0;
  const std::size_t name = i;
  bool letter = false;
  for (; i < text.size() && is(text[i], bytes::kName); ++i) letter |= is_letter(text[i]);
  if (!letter || i - name > 100 || at(text, i) != ' ' || i >= text.size()) return 0;
  if (is_level(text.substr(name, i - name))) return 0;
  i = skip_spaces(text, i);
  if (text.substr(i, 8) == "stdout |" || text.substr(i, 8) == "stderr |") i += 7;
  if (i >= text.size() || text[i] != '|' || (!is_space(at(text, i + 1)) && !pm2)) return 0;
  return std::min(i + 2, text.size());
}

// "[12345.678901] " of the kernel, "[pod/api-7d9/api] " of kubectl; 0 if there is none.
std::size_t bracket_end(string_view text) {
  std::size_t i = 1;
  if (text.substr(1, 4) == "pod/") {
    while (i < text.size() && (is(text[i], bytes::kName) || text[i] == '/')) ++i;
  } else {
    i = skip_spaces(text, i);
    const std::size_t first = i;
    while (is_digit(at(text, i))) ++i;
    if (i == first || at(text, i) != '.' || !has_shape(text, i + 1, "000000")) return 0;
    i += 7;
  }
  return at(text, i) == ']' && at(text, i + 1) == ' ' ? std::min(i + 2, text.size()) : 0;
}

// One header at the start of `text`; 0 if there is none.
std::size_t one_header(string_view text, OuterHeader& header, bool first) {
  bool rfc5424 = false;
  std::size_t i = 0;
  if (text[0] == '<' && first) {
    i = priority_end(text, header, rfc5424);
    if (i == 0 || i >= text.size()) return i;
  }
  const string_view rest = text.substr(i);
  if (rest[0] == '[') {
    const std::size_t end = i + bracket_end(rest);
    const std::size_t program = end > i ? program_end(text, end, false) : end;
    // The kernel's own words begin with a name too: "ata1.00: failed command".
    return program > end + 3 && text[program - 3] == ']' ? program : end;
  }
  // Thu 2025-01-02 03:04:05 UTC
  const bool weekday =
      rest.size() > 4 && is_upper(rest[0]) && rest[3] == ' ' && is_calendar(rest.substr(0, 3));
  std::size_t stamp = weekday && is_digit(at(rest, 4)) && at(rest, 8) == '-' ? stamp_end(rest.substr(4)) : 0;
  if (stamp > 0) stamp += 4;
  if (stamp == 0 && is_digit(rest[0])) {
    stamp = stamp_end(rest);
    if (stamp == 0 && has_shape(rest, 0, "0000000000.000000")) {  // Unix time, only before a program
      const std::size_t program = program_end(text, i + 18, false);
      header.timed = program > i + 18;
      return header.timed ? program : i;
    }
  }
  if (stamp == 0 && is_upper(rest[0])) stamp = month_stamp_end(rest);
  const bool named = stamp > 0 && !weekday && is_upper(rest[0]);
  if (stamp > 0) {
    std::size_t end = i + stamp;
    if (at(text, end) == ':') ++end;  // pm2
    if (!is_space(at(text, end))) return i;
    header.timed = true;
    end = std::min(skip_spaces(text, end), text.size());
    if (rfc5424) return rfc5424_end(text, end);
    const string_view stream = text.substr(end, 9);
    if ((stream.starts_with("stdout ") || stream.starts_with("stderr ")) && at(stream, 8) == ' ')
      return std::min(end + 9, text.size());
    // A program writes a space between date and time, collectors write "T".
    const bool collector = named || weekday || rest[10] == 'T';
    return collector ? program_end(text, end, named) : end;
  }
  const std::size_t compose = is(rest[0], bytes::kName) ? compose_end(rest) : 0;
  return i + compose;
}

}  // namespace

OuterHeader read_outer_header(string_view line) {
  OuterHeader header;
  for (int i = 0; i < kMaxHeaders && header.end < line.size(); ++i) {
    const std::size_t end = one_header(line.substr(header.end), header, i == 0);
    if (end == 0) break;
    header.end += end;
  }
  return header;
}

}  // namespace log_analysis
