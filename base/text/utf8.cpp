#include "base/text/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace base {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

// The length of the well-formed sequence at `i`, or 0. Source: table 3-7 of the Unicode standard.
std::size_t sequence_length(std::string_view text, std::size_t i) {
  const unsigned char lead = byte_at(text, i);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() - i < length) return 0;
  const unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte_at(text, i + 1) < lowest || byte_at(text, i + 1) > highest) return 0;
  for (std::size_t k = 2; k < length; ++k) {
    if (byte_at(text, i + k) < 0x80 || byte_at(text, i + k) > 0xBF) return 0;
  }
  return length;
}

// Decodes a character of well-formed text.
char32_t code_point(std::string_view sequence) {
  const auto lead = static_cast<unsigned char>(sequence[0]);
  char32_t value = sequence.size() == 1 ? lead : lead & (0x7FU >> sequence.size());
  for (const char c : sequence.substr(1)) value = value << 6 | (static_cast<unsigned char>(c) & 0x3FU);
  return value;
}

bool is_line_break(char32_t c) {
  return (c >= U'\n' && c <= U'\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

// Controls, bidirectional marks and invisible characters. Joiners of emoji and letters are kept.
bool is_hidden(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  constexpr Range kHidden[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x61C, 0x61C},
                               {0x180E, 0x180E}, {0x200B, 0x200B}, {0x200E, 0x200F}, {0x202A, 0x202E},
                               {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};
  return std::ranges::any_of(kHidden,
                             [c](const Range& range) { return c >= range.first && c <= range.last; });
}

// For well-formed text: replaces line breaks (CR LF is one) and tabs by the given strings, and hidden
// characters by ?.
std::string with_shown(std::string_view text, std::string_view line_break, std::string_view tab) {
  std::string shown;
  shown.reserve(text.size());
  bool after_return = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view sequence = text.substr(i, sequence_length(text, i));
    const char32_t c = code_point(sequence);
    if (is_line_break(c)) {
      if (c != U'\n' || !after_return) shown += line_break;
    } else if (c == U'\t') {
      shown += tab;
    } else {
      shown += is_hidden(c) ? "?" : sequence;
    }
    after_return = c == U'\r';
    i += sequence.size();
  }
  return shown;
}

// At most `max_bytes`, without splitting a character.
std::string_view beginning(std::string_view text, std::size_t max_bytes) {
  std::size_t end = std::min(text.size(), max_bytes);
  while (end < text.size() && end > 0 && (byte_at(text, end) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

std::size_t first_invalid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    // Most text is ASCII, so eight bytes are checked at a time.
    std::uint64_t word = 0;
    while (text.size() - i >= sizeof(word)) {
      std::memcpy(&word, text.data() + i, sizeof(word));
      if ((word & 0x8080808080808080) != 0) break;
      i += sizeof(word);
    }
    if (i == text.size()) break;
    const std::size_t length = sequence_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

std::string repair_utf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bad = first_invalid_utf8(text);
    repaired += text.substr(0, bad);
    if (bad == std::string_view::npos) break;
    repaired += "\xEF\xBF\xBD";
    text.remove_prefix(bad + 1);
  }
  return repaired;
}

std::string printable(std::string_view text) { return with_shown(repair_utf8(text), "\n", "\t"); }

std::string one_line(std::string_view text, std::size_t max_bytes) {
  const std::string_view whole = beginning(text, max_bytes);
  std::string line = with_shown(repair_utf8(whole), " ", " ");
  return whole.size() < text.size() ? line + "…" : line;
}

std::string excerpt(std::string_view text, std::size_t max_bytes) {
  const std::string_view whole = beginning(text, max_bytes);
  std::string line = with_shown(repair_utf8(whole), "?", "?");
  return whole.size() < text.size() ? line + "…" : line;
}

}  // namespace base
