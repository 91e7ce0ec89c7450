#include "healer/actions/run_progress.h"

#include <algorithm>

namespace healer::actions {
namespace {

constexpr std::size_t kMostRuns = 50;
constexpr std::size_t kMostLines = 200;

}  // namespace

class RunProgress::Recorder final : public Progress {
 public:
  Recorder(RunProgress& runs, std::string incident) : runs_(runs), incident_(std::move(incident)) {}
  void line(std::string text) override {
    runs_.change(incident_, [&](Run& run) {
      if (run.lines.size() < kMostLines) run.lines.push_back(std::move(text));
    });
  }
  void result(bool passed) override {
    runs_.change(incident_, [passed](Run& run) { run.passed = passed; });
  }

 private:
  RunProgress& runs_;
  const std::string incident_;
};

std::unique_ptr<Progress> RunProgress::begin(const std::string& incident) {
  return std::make_unique<Recorder>(*this, incident);
}

RunProgress::Run RunProgress::of(const std::string& incident) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(runs_, incident, &std::pair<std::string, Run>::first);
  return found == runs_.end() ? Run{} : found->second;
}

void RunProgress::change(const std::string& incident, const std::function<void(Run&)>& change) {
  const std::lock_guard lock(mutex_);
  auto found = std::ranges::find(runs_, incident, &std::pair<std::string, Run>::first);
  if (found == runs_.end()) {
    if (runs_.size() == kMostRuns) runs_.pop_front();
    runs_.emplace_back(incident, Run{});
    found = std::prev(runs_.end());
  }
  change(found->second);
}

}  // namespace healer::actions
