// Splits the bytes of one file into lines, a chunk at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/tail/pipeline.h"

namespace exporter::tail {

// Memory is bounded however long a line is. NULs in front of a line are what a truncated file shows of a
// hole: they are not part of it.
class LineSplitter {
 public:
  explicit LineSplitter(std::uint64_t offset) : offset_(offset) {}

  // Where the next chunk begins.
  std::uint64_t offset() const { return offset_; }
  // Whether it is in the middle of a line.
  bool partial() const { return size_ > 0; }

  // The lines that end in `chunk`; they point into it and into this, and are valid until the next call. `at`
  // is the time of each.
  const std::vector<Line>& feed(std::string_view chunk, base::WallTime at);
  // The last line, which has no newline and will never have one; empty when there is none.
  const std::vector<Line>& finish(base::WallTime at);
  // Goes on at `offset`, which begins a line.
  void seek(std::uint64_t offset);

 private:
  void keep(std::string_view part);

  std::uint64_t offset_;
  std::string kept_;        // the beginning of the line under way, at most kMaxLine bytes
  std::uint64_t size_ = 0;  // its length so far
  std::string joined_;      // the line that began in an earlier chunk
  std::vector<Line> lines_;
};

}  // namespace exporter::tail
