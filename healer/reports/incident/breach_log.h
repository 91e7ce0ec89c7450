// The log lines about log monitoring, in words that operators search for (docs/troubleshooting.md).
#pragma once

#include <string>

#include "base/os/clock.h"
#include "healer/model/notice.h"
#include "healer/reports/data/breach_counts.h"

namespace healer::reports {

// "📊 Collected logs from 8 containers" and "📈 Analysis: 353 critical, 482 errors, 10 warnings". What could
// not be counted is "unknown".
void log_analysis(const BreachCounts& counts);
// "⚠️ Threshold breach detected: 353 critical events (threshold: 5)"
void log_breach(const std::string& subject, const std::string& reason);
// "📝 Incident report appended to <path>"
void log_appended(const std::string& subject, const std::string& path);
// "🩺 Triggering auto-heal process..."
void log_triggered(const std::string& incident);
// "✅ Auto-heal completed successfully", or the failure. Nothing for a notice of another kind.
void log_completed(const Notice& notice);

}  // namespace healer::reports
