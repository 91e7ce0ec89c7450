// A page compared with the file that a person has looked at. UPDATE_GOLDEN=1 writes the file anew.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace tests {

inline std::string golden_path(const std::string& name) {
  return SALUS_SOURCE_DIR "/tests/golden/exporter/" + name;
}

// What `actual` should be: the file's content.
inline std::string golden(const std::string& name, const std::string& actual) {
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(golden_path(name)) << actual;
  std::ifstream in(golden_path(name), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline std::string fixture(const std::string& name) { return SALUS_SOURCE_DIR "/tests/fixtures/" + name; }

}  // namespace tests
