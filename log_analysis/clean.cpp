#include "log_analysis/clean.h"

#include <algorithm>

namespace log_analysis {

namespace {

constexpr char kEscape = '\x1b';

// ECMA-48: CSI "ESC [ … final byte", OSC "ESC ] … BEL or ESC \", else ESC and one byte. Returns the offset
// after it.
std::size_t sequence_end(std::string_view line, std::size_t i) {
  const std::size_t size = line.size();
  if (i + 1 >= size) return size;
  const char kind = line[i + 1];
  i += 2;
  if (kind == '[') {
    while (i < size && (line[i] < '@' || line[i] > '~')) ++i;
    return std::min(i + 1, size);
  }
  if (kind == ']') {
    while (i < size && line[i] != '\a' && line[i] != kEscape) ++i;
    if (i < size && line[i] == kEscape && i + 1 < size && line[i + 1] == '\\') ++i;
    return std::min(i + 1, size);
  }
  return i;
}

}  // namespace

std::string_view clean(std::string_view line, std::string& scratch) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  while (!line.empty() && line.front() == '\0') line.remove_prefix(1);
  std::size_t escape = line.find(kEscape);
  if (escape == std::string_view::npos) return line;
  scratch.clear();
  std::size_t from = 0;
  while (escape != std::string_view::npos) {
    scratch.append(line, from, escape - from);
    from = sequence_end(line, escape);
    escape = line.find(kEscape, from);
  }
  scratch.append(line, from);
  return scratch;
}

}  // namespace log_analysis
