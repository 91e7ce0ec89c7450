#include "log_analysis/clean.h"

#include <algorithm>
#include <array>

#include "log_analysis/text.h"

namespace log_analysis {

namespace {

using std::string_view;

constexpr char kEscape = '\x1b';
constexpr string_view kByteOrderMark = "\xef\xbb\xbf";

// ECMA-48: CSI "ESC [ … final byte"; OSC, DCS, SOS, PM and APC, each up to BEL or ESC \; else ESC, any
// intermediate bytes and one final byte, such as "ESC ( B". Returns the offset after it.
std::size_t sequence_end(string_view line, std::size_t i) {
  const std::size_t size = line.size();
  if (i + 1 >= size) return size;
  const char kind = line[i + 1];
  i += 2;
  if (kind == '[') {
    while (i < size && (line[i] < '@' || line[i] > '~')) ++i;
    return std::min(i + 1, size);
  }
  if (one_of<']', 'P', 'X', '^', '_'>(kind)) {
    while (i < size && line[i] != '\a' && line[i] != kEscape) ++i;
    if (i < size && line[i] == kEscape && i + 1 < size && line[i + 1] == '\\') ++i;
    return std::min(i + 1, size);
  }
  if (kind < ' ' || kind > '/') return i;
  while (i < size && line[i] >= ' ' && line[i] <= '/') ++i;
  return std::min(i + 1, size);
}

// The end of "[1;31m", also behind the escape byte as text ("#033[1;31m" of rsyslog, "^[[1;31m",
// "\x1b[1;31m"): what is left of a colour when the escape byte was removed or replaced on the way. `i` if
// there is none.
std::size_t plain_colour_end(string_view line, std::size_t i) {
  constexpr std::array<string_view, 7> kEscapes{"#033",  "^[",      "\\x1b",  "\\x1B",
                                                "\\033", "\\u001b", "\\u001B"};
  std::size_t p = i;
  for (const string_view escape : kEscapes) {
    if (line[p] != escape[0] || !line.substr(p).starts_with(escape)) continue;
    p += escape.size();
    break;
  }
  if (at(line, p) != '[') return i;
  const bool bare = p == i;
  ++p;
  const std::size_t first = p;
  while (is_digit(at(line, p)) || at(line, p) == ';') ++p;
  // Not the duration in "[5m]".
  return at(line, p) == 'm' && (p > first || !bare) && at(line, p + 1) != ']' ? p + 1 : i;
}

string_view without_plain_colours(string_view line, std::string& scratch) {
  scratch.clear();
  for (std::size_t i = 0; i < line.size();) {
    const std::size_t end = one_of<'[', '#', '^', '\\'>(line[i]) ? plain_colour_end(line, i) : i;
    if (end == i) scratch += line[i++];
    i = end > i ? end : i;
  }
  return scratch;
}

string_view without_sequences(string_view line, std::size_t escape, std::string& scratch) {
  scratch.clear();
  std::size_t from = 0;
  while (escape != string_view::npos) {
    scratch.append(line, from, escape - from);
    from = sequence_end(line, escape);
    escape = line.find(kEscape, from);
  }
  scratch.append(line, from);
  // Shift in and out, which "tput sgr0" of some terminals writes after its sequence.
  std::erase_if(scratch, [](char c) { return c == '\x0e' || c == '\x0f'; });
  return scratch;
}

// What stands behind the last '\r' that has text behind it: a terminal shows that.
string_view last_written(string_view line) {
  std::size_t end = line.size();
  while (end > 0 && (line[end - 1] == '\r' || is_space(line[end - 1]))) --end;
  line = line.substr(0, end);
  const std::size_t cr = line.rfind('\r');
  return cr == string_view::npos ? line : line.substr(cr + 1);
}

}  // namespace

string_view clean(string_view line, std::string& scratch) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  while (!line.empty() && line.front() == '\0') line.remove_prefix(1);
  if (const std::size_t escape = line.find(kEscape); escape != string_view::npos) {
    line = without_sequences(line, escape, scratch);
  }
  if (line.contains('\r')) line = last_written(line);
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  if (!line.empty() && one_of<'[', '#', '^', '\\'>(line[0]) && plain_colour_end(line, 0) > 0) {
    const std::string copy(line);  // it may be in `scratch`
    line = without_plain_colours(copy, scratch);
  }
  return line;
}

}  // namespace log_analysis
