// Splits the bytes of one file into lines, a chunk at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/tail/pipeline.h"

namespace exporter::tail {

// Memory is bounded however long a line is. NULs at the beginning of a line are the hole of a truncated file:
// they are not part of the line.
class LineSplitter {
 public:
  explicit LineSplitter(std::uint64_t offset) : offset_(offset) {}

  // Where the next chunk begins.
  std::uint64_t offset() const { return offset_; }
  // Whether a line is incomplete.
  bool partial() const { return size_ > 0; }

  // The lines that end in `chunk`. They point into the chunk and into this object, and are valid until the
  // next call. `at` is the time of each.
  const std::vector<Line>& feed(std::string_view chunk, base::WallTime at);
  // The last line, when it has no newline and will not get one; empty when there is none.
  const std::vector<Line>& finish(base::WallTime at);
  // Continues at `offset`, which must be the beginning of a line.
  void seek(std::uint64_t offset);

 private:
  void keep(std::string_view part);

  std::uint64_t offset_;
  std::string kept_;        // the beginning of the current line, at most kMaxLine bytes
  std::uint64_t size_ = 0;  // its length so far
  std::string joined_;      // the line that began in an earlier chunk
  std::vector<Line> lines_;
};

}  // namespace exporter::tail
