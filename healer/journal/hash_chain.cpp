#include "healer/journal/hash_chain.h"

#include <charconv>

#include "base/crypto/sha256.h"

namespace healer::journal {
namespace {

constexpr std::size_t kBytes = 32;

}  // namespace

std::string first_link() { return std::string(kBytes, '\0'); }

std::string chain(std::string_view previous, std::uint64_t seq, std::string_view record) {
  std::string row(previous);
  for (int shift = 56; shift >= 0; shift -= 8) row += static_cast<char>(seq >> shift & 0xFFU);
  row += record;
  return base::sha256_bytes(row);
}

std::optional<std::string> hash_from_hex(std::string_view text) {
  if (text.size() != 2 * kBytes) return std::nullopt;
  std::string bytes;
  for (; !text.empty(); text.remove_prefix(2)) {
    unsigned value = 0;
    const auto read = std::from_chars(text.data(), text.data() + 2, value, 16);
    if (read.ptr != text.data() + 2) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return bytes;
}

}  // namespace healer::journal
