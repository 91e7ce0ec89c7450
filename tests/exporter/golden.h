// A page of metrics compared with the file that was reviewed: tests/golden.h. `./dev golden` writes the files
// again.
#pragma once

#include "tests/golden.h"

namespace tests {

inline std::string golden_path(const std::string& name) {
  return SALUS_SOURCE_DIR "/tests/golden/exporter/" + name;
}

// Empty if `actual` is the file's content.
inline std::string page_difference(const std::string& name, std::string_view actual) {
  return golden_difference("tests/golden/exporter/" + name, actual);
}

inline std::string fixture(const std::string& name) { return SALUS_SOURCE_DIR "/tests/fixtures/" + name; }

}  // namespace tests
