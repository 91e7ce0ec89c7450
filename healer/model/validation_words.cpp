#include "healer/model/validation_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace healer::validation {
namespace {

struct Words {
  std::string_view phase;
  std::string_view title;
  std::string_view verb;
  std::string_view detail;  // after "5/5 "; empty: the figures are information only
};

constexpr std::array<Words, 5> kWords{{
    {"modules", "AI Agent Validation", "Running", "modules operational"},
    {"integrity", "Module Integrity Check", "Running", "files intact"},
    {"containers", "Docker Health Check", "Running", "containers running"},
    {"system", "System Metrics", "Collecting", ""},
    {"smoke", "Smoke Tests", "Running", "tests passed"},
}};

}  // namespace

std::string_view title_of(std::string_view phase) {
  const auto* const words = std::ranges::find(kWords, phase, &Words::phase);
  return words == kWords.end() ? phase : words->title;
}

std::string progress_line(std::size_t phase) {
  const Words& words = kWords.at(phase);
  return fmt::format("[{}/{}] {} {}...", phase + 1, kWords.size(), words.verb, words.title);
}

std::string detail_of(const Phase& phase) {
  const auto* const words = std::ranges::find(kWords, phase.name, &Words::phase);
  if (words == kWords.end() || phase.checks.empty()) return phase.detail;
  if (words->detail.empty()) return fmt::format("{} figures collected", phase.checks.size());
  const std::size_t good = phase.count(Verdict::kPass);
  return fmt::format("{}/{} {}", good, good + phase.count(Verdict::kFail), words->detail);
}

}  // namespace healer::validation
