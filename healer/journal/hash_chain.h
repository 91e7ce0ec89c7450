// Each row's hash covers the row and all rows before it: a record cannot be changed, dropped or moved
// unnoticed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace healer::journal {

// SHA-256 of the previous row's hash (32 zero bytes before the first), the sequence number (8 bytes,
// big-endian) and the record's text: 32 bytes.
std::string chain(std::string_view previous, std::uint64_t seq, std::string_view record);

std::string first_link();

// A verified record, or the position before the first one.
struct Link {
  std::uint64_t seq = 0;
  std::string hash = first_link();
};

// Nothing if it is not a hexadecimal hash.
std::optional<std::string> hash_from_hex(std::string_view text);

}  // namespace healer::journal
