#include "healer/actions/files/cleanup_stats.h"

#include <array>

namespace healer::actions {
namespace {

constexpr std::size_t kProblemsTold = 3;

}  // namespace

std::string in_bytes(std::uint64_t bytes) {
  constexpr std::array kUnits{"KiB", "MiB", "GiB", "TiB"};
  constexpr double kStep = 1024;
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / kStep;
  std::size_t unit = 0;
  while (value >= kStep && unit + 1 < kUnits.size()) {
    value /= kStep;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

bool CleanupStats::remove(Folder& folder, const FileFacts& file) {
  if (auto gone = folder.remove(file); !gone) {
    problems.push_back(gone.error().message);
    return false;
  }
  ++removed;
  freed += file.bytes;
  return true;
}

base::Result<Outcome> CleanupStats::outcome(const std::string& folder) const {
  std::string words = fmt::format("removed {}, ", removed);
  if (packed > 0) words += fmt::format("compressed {}, ", packed);
  words += fmt::format("freed {} in {}", in_bytes(freed), folder);
  if (in_use > 0) words += fmt::format("; {} still being written", in_use);
  if (problems.empty())
    return Outcome{.detail = std::move(words),
                   .counts = {{"freed_bytes", freed}, {"removed", removed}, {"skipped", in_use}},
                   .findings = {}};
  for (std::size_t i = 0; i < problems.size() && i < kProblemsTold; ++i) words += "; " + problems[i];
  if (problems.size() > kProblemsTold)
    words += fmt::format("; and {} more problems", problems.size() - kProblemsTold);
  return std::unexpected(base::Error{std::move(words)});
}

}  // namespace healer::actions
