#include "healer/actions/maintenance/validation.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/text/utf8.h"
#include "healer/actions/maintenance/validation/validation.h"
#include "healer/reports/weekly/weekly_document.h"

namespace healer::actions {
namespace {

using validation::Verdict;

constexpr std::size_t kLongest = 2000;

class Validate final : public Action {
 public:
  explicit Validate(const World& world) : world_(world) {}

  std::string describe(const Target&) const override {
    return fmt::format("validate {} modules, listed files, containers, system, {} smoke tests",
                       world_.config->validation.modules.size(), world_.config->validation.smoke.size());
  }

  // Commands that hang are ended before the rung's timeout.
  base::Duration shortest_timeout() const override {
    return world_.config->validation.timeout + std::chrono::seconds(4);
  }

  base::Result<Outcome> run(const Target&, base::Deadline deadline) override {
    const auto validation =
        validation::validate(world_.config->validation, *world_.prometheus, world_.clock, deadline);
    std::string words;
    for (const validation::Phase& phase : validation.phases) {
      words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", phase.name, phase.detail);
      for (const validation::Check& check : phase.checks) {
        if (check.verdict == Verdict::kFail) words += fmt::format(", {}: {}", check.name, check.detail);
      }
    }
    base::log::write(
        validation.passed() ? base::log::Level::kInfo : base::log::Level::kWarn,
        "Weekly Health Check: " + reports::status_of(reports::Known<validation::Validation>(validation)),
        {{"found", words}});
    return Outcome{
        .detail = base::excerpt(words, kLongest), .counts = {}, .findings = findings_of(validation)};
  }

 private:
  World world_;
};

}  // namespace

Findings findings_of(const validation::Validation& validation) {
  Findings findings{.suite = "validation", .list = {}};
  for (const validation::Phase& phase : validation.phases) {
    if (phase.checks.empty()) continue;  // it is not configured, and did not pass
    findings.list.push_back({phase.name, "", phase.passed});
    if (phase.name == "system") continue;
    for (const validation::Check& check : phase.checks) {
      if (check.verdict != Verdict::kSkipped)
        findings.list.push_back({phase.name, check.name, check.verdict == Verdict::kPass});
    }
  }
  return findings;
}

std::unique_ptr<Action> make_validation(const base::yaml::Node& parameters, const World& world) {
  parameters.only({});
  if (world.config == nullptr || world.prometheus == nullptr) return nullptr;
  return std::make_unique<Validate>(world);
}

}  // namespace healer::actions
