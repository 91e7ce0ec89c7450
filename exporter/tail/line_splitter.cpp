#include "exporter/tail/line_splitter.h"

#include <algorithm>

namespace exporter::tail {
namespace {

std::string_view without_hole(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\0'), text.size()));
  return text;
}

}  // namespace

const std::vector<Line>& LineSplitter::feed(std::string_view chunk, base::WallTime at) {
  lines_.clear();
  while (!chunk.empty()) {
    const auto newline = chunk.find('\n');
    if (newline == std::string_view::npos) {
      keep(chunk);
      offset_ += chunk.size();
      break;
    }
    offset_ += newline + 1;
    const std::string_view part = chunk.substr(0, newline);
    chunk.remove_prefix(newline + 1);
    if (size_ == 0) {
      lines_.push_back({without_hole(part), at, {0, offset_}});
      continue;
    }
    keep(part);
    joined_.swap(kept_);
    lines_.push_back({joined_, at, {0, offset_}, size_});
    kept_.clear();
    size_ = 0;
  }
  return lines_;
}

const std::vector<Line>& LineSplitter::finish(base::WallTime at) {
  lines_.clear();
  if (size_ == 0) return lines_;
  joined_.swap(kept_);
  lines_.push_back({joined_, at, {0, offset_}, size_});
  kept_.clear();
  size_ = 0;
  return lines_;
}

void LineSplitter::seek(std::uint64_t offset) {
  offset_ = offset;
  kept_.clear();
  size_ = 0;
}

void LineSplitter::keep(std::string_view part) {
  if (size_ == 0) part = without_hole(part);
  size_ += part.size();
  kept_.append(part.substr(0, kMaxLine - kept_.size()));
}

}  // namespace exporter::tail
