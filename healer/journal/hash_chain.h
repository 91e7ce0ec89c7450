// Each row's hash covers the row and all rows before it: a record cannot be changed, dropped or moved
// unnoticed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace healer::journal {

// SHA-256 of the previous row's hash (32 zero bytes before the first), the sequence number (8 bytes,
// big-endian) and the record's text: 32 bytes.
std::string chain(std::string_view previous, std::uint64_t seq, std::string_view record);

std::string first_link();

}  // namespace healer::journal
