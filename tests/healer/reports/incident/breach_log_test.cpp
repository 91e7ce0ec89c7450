#include "healer/reports/incident/breach_log.h"

#include "tests/catch.h"
#include "tests/fakes/captured_log.h"

using namespace healer;

TEST_CASE("log monitoring is logged in the words that operators search for") {
  reports::BreachCounts counts;
  counts.critical = 353;
  counts.errors = 482;
  counts.warnings = 10;
  counts.sources = 8;
  const tests::CapturedLog log;
  reports::log_analysis(counts);
  reports::log_breach("INC-2", "353 critical events (threshold: 5); 482 errors (threshold: 50)");
  reports::log_appended("INC-2", "/srv/WEEKLY_HEALTH_REPORT_2025-12-17.md");
  reports::log_triggered("INC-2");
  CHECK(log.has("info", "📊 Collected logs from 8 containers"));
  CHECK(log.has("info", "📈 Analysis: 353 critical, 482 errors, 10 warnings"));
  CHECK(log.has(
      "warn", "⚠️ Threshold breach detected: 353 critical events (threshold: 5); 482 errors (threshold: 50)"));
  CHECK(log.has("info", "📝 Incident report appended to /srv/WEEKLY_HEALTH_REPORT_2025-12-17.md"));
  CHECK(log.has("info", "🩺 Triggering auto-heal process..."));
}

TEST_CASE("counts that are not known are not zero") {
  const tests::CapturedLog log;
  reports::log_analysis({});
  CHECK(log.has("info", "📈 Analysis: unknown critical, unknown errors, unknown warnings"));
}

TEST_CASE("the end of an auto-heal is logged with its result, and no other notice") {
  const tests::CapturedLog log;
  reports::log_completed({.kind = Notice::Kind::kHealed, .incident = "INC-2"});
  CHECK(log.text().empty());
  reports::log_completed({.kind = Notice::Kind::kAutoHealCompleted, .incident = "INC-2"});
  CHECK(log.has("info", "✅ Auto-heal completed successfully"));
  reports::log_completed({.kind = Notice::Kind::kAutoHealFailed, .detail = "still failing"});
  CHECK(log.has("error", "❌ Auto-heal failed: still failing"));
}
