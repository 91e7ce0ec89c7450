#include "base/utf8.h"

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

}  // namespace

std::size_t first_invalid_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    // Most text is ASCII: eight bytes at a time.
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

std::string excerpt(std::string_view text, std::size_t max_bytes) {
  std::size_t end = std::min(text.size(), max_bytes);
  // Not in the middle of a character.
  while (end < text.size() && end > 0 && (byte_at(text, end) & 0xC0) == 0x80) --end;
  std::string result = repair_utf8(text.substr(0, end));
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  // C1 control characters, U+0080 to U+009F: a terminal may take them for the beginning of a sequence.
  for (auto lead = result.find('\xC2'); lead != std::string::npos; lead = result.find('\xC2', lead + 1)) {
    if (byte_at(result, lead + 1) < 0xA0) result.replace(lead, 2, 1, '?');
  }
  return end < text.size() ? result + "…" : result;
}

}  // namespace base
