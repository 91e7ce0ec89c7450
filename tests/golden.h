// Text compared with a file that was reviewed. UPDATE_GOLDEN=1, which `./dev golden` sets, writes the file
// instead.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace tests {

inline bool updates_golden() { return std::getenv("UPDATE_GOLDEN") != nullptr; }

inline std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Empty if both are the same. Otherwise what a failed test prints: the first line that differs, and the
// command that updates the file.
//
//   CHECK(tests::first_difference("docs/x.md", text_of("docs/x.md"), text) == "");
inline std::string first_difference(std::string_view file, std::string_view expected,
                                    std::string_view actual) {
  if (expected == actual) return "";
  const auto same = std::ranges::mismatch(expected, actual).in1 - expected.begin();
  const auto begin = expected.substr(0, static_cast<std::size_t>(same)).rfind('\n') + 1;  // npos + 1 is 0
  const auto line_at = [begin](std::string_view text) -> std::string {
    if (begin >= text.size()) return "(end of text)";
    const auto end = text.find('\n', begin);
    return fmt::format("{}{}", text.substr(begin, end - begin), end == text.npos ? " (no line break)" : "");
  };
  return fmt::format(
      "{}: first difference in line {}\n  expected: {}\n  actual:   {}\nto accept the actual text: ./dev "
      "golden\n",
      file, std::ranges::count(expected.substr(0, begin), '\n') + 1, line_at(expected), line_at(actual));
}

// The same for a file, named by its path below the repository's root.
inline std::string golden_difference(const std::string& file, std::string_view actual) {
  const std::string path = SALUS_SOURCE_DIR "/" + file;
  if (updates_golden()) std::ofstream(path, std::ios::binary) << actual;
  return first_difference(file, text_of(path), actual);
}

// The same for the part of a file between two marks, each of which is in it once.
inline std::string golden_difference(const std::string& file, std::string_view begin, std::string_view end,
                                     std::string_view actual) {
  const std::string path = SALUS_SOURCE_DIR "/" + file;
  const std::string text = text_of(path);
  const auto first = text.find(begin);
  const auto last = text.find(end);
  if (first == text.npos || last == text.npos || last < first)
    return fmt::format("{}: no {} … {}", file, begin, end);
  const auto head = std::string_view(text).substr(0, first + begin.size());
  return golden_difference(file, fmt::format("{}{}{}", head, actual, std::string_view(text).substr(last)));
}

}  // namespace tests
