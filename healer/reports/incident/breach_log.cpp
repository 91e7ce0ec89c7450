#include "healer/reports/incident/breach_log.h"

#include <fmt/format.h>

#include "base/log.h"

namespace healer::reports {
namespace {

std::string words(const Known<std::uint64_t>& count) {
  return count ? std::to_string(*count) : std::string("unknown");
}

}  // namespace

void log_analysis(const BreachCounts& counts) {
  base::log::info(fmt::format("📊 Collected logs from {} containers", words(counts.sources)),
                  {{"sources", words(counts.sources)}});
  base::log::info(fmt::format("📈 Analysis: {} critical, {} errors, {} warnings", words(counts.critical),
                              words(counts.errors), words(counts.warnings)),
                  {{"critical", words(counts.critical)},
                   {"errors", words(counts.errors)},
                   {"warnings", words(counts.warnings)},
                   {"restarts", words(counts.restarts)}});
}

void log_breach(const std::string& subject, const std::string& reason) {
  base::log::warn("⚠️ Threshold breach detected: " + reason, {{"subject", subject}});
}

void log_appended(const std::string& subject, const std::string& path) {
  base::log::info("📝 Incident report appended to " + path, {{"subject", subject}});
}

void log_triggered(const std::string& incident) {
  base::log::info("🩺 Triggering auto-heal process...", {{"incident", incident}});
}

void log_completed(const Notice& notice) {
  if (notice.kind == Notice::Kind::kAutoHealCompleted) {
    base::log::info("✅ Auto-heal completed successfully", {{"incident", notice.incident}});
  } else if (notice.kind == Notice::Kind::kAutoHealFailed) {
    base::log::error("❌ Auto-heal failed: " + (notice.detail.empty() ? notice.title : notice.detail),
                     {{"incident", notice.incident}});
  }
}

}  // namespace healer::reports
