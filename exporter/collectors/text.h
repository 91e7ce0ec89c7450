// Helpers to parse the text files of /proc and /sys.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace exporter::collectors {

// The parts between separators; without the empty one after a trailing separator.
std::vector<std::string_view> split(std::string_view text, char separator);
// Words between runs of spaces, tabs and newlines.
std::vector<std::string_view> words(std::string_view text);
std::string_view first_word(std::string_view text);
// The whole text as an unsigned decimal number.
std::optional<std::uint64_t> to_number(std::string_view text);
std::optional<double> to_double(std::string_view text);

}  // namespace exporter::collectors
