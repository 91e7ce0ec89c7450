#include "healer/model/notice.h"

#include <set>

#include "tests/catch.h"

using healer::Notice;
using healer::weight;

TEST_CASE("every kind of notice has a name of its own that is read back") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < healer::kNoticeKinds; ++i) {
    const auto kind = static_cast<Notice::Kind>(i);
    CHECK(healer::parse_notice_kind(to_string(kind)) == kind);
    names.insert(to_string(kind));
  }
  CHECK(names.size() == healer::kNoticeKinds);
  CHECK_FALSE(healer::parse_notice_kind("Healed"));
}

TEST_CASE("a notice weighs what its severity says, else what its kind does") {
  CHECK(healer::weight({.kind = Notice::Kind::kStarted}) == 0);
  CHECK(healer::weight({.kind = Notice::Kind::kExhausted}) == 3);
  CHECK(healer::weight({.kind = Notice::Kind::kExhausted, .severity = "low"}) == 0);
  CHECK(healer::weight({.kind = Notice::Kind::kHealed, .severity = "critical"}) == 3);
  CHECK(healer::weight({.kind = Notice::Kind::kHealed, .severity = "page"}) == 1);
}

TEST_CASE("the notice of a written report has its date, its status and where it is") {
  const auto [what, kind, title] = GENERATE(table<healer::Written::What, Notice::Kind, std::string>(
      {{healer::Written::What::kWeeklyReport, Notice::Kind::kWeeklyReport, "Weekly Health Check: fine"},
       {healer::Written::What::kHealthAudit, Notice::Kind::kHealthAudit, "Health Audit: fine"},
       {healer::Written::What::kRestartReport, Notice::Kind::kRestartReport, "Full Restart: fine"}}));
  const Notice notice = healer::notice_of({what, "2025-12-17", "fine", "/reports/report.md"});
  CHECK(notice.kind == kind);
  CHECK(notice.title == title);
  CHECK(notice.field("date") == "2025-12-17");
  CHECK(notice.field("status") == "fine");
  CHECK(notice.field("report") == "/reports/report.md");
}

TEST_CASE("a field is found by its name") {
  const Notice notice{.fields = {{"reason", "7 errors"}, {"errors", "7"}}};
  CHECK(notice.field("errors") == "7");
  CHECK(notice.field("warnings").empty());
}

TEST_CASE("every kind of notice has a next step, and a notice may have its own") {
  for (std::size_t i = 0; i < healer::kNoticeKinds; ++i)
    CHECK_FALSE(healer::next_step_of({.kind = static_cast<Notice::Kind>(i)}).empty());
  using enum Notice::Kind;
  CHECK(healer::next_step_of({.kind = kHealed}) == "No action needed.");
  CHECK(healer::next_step_of({.kind = kExhausted, .incident = "INC-7"}) ==
        "Find the cause (salusctl incident INC-7) and fix it; then: salusctl release INC-7 --reason TEXT");
  CHECK(healer::next_step_of({.kind = kTaskFailed, .playbook = "rotate_logs"}) ==
        "Fix the cause. The task runs again when it is due, or now: salusctl run rotate_logs --wait");
  CHECK(healer::next_step_of(
            {.kind = kRecommendation, .container = "quantum_redis", .playbook = "restart_container"}) ==
        "Decide whether to run it: salusctl run restart_container --target=quantum_redis --wait");
  CHECK(healer::next_step_of({.kind = kApprovalWanted, .fields = {{"approval", "APR-7-1"}}}) ==
        "Decide: salusctl approve APR-7-1 or salusctl reject APR-7-1");
  CHECK(healer::next_step_of({.kind = kWeeklyReport, .fields = {{"status", "✅ All checks passed"}}}) ==
        "No action needed.");
  CHECK(healer::next_step_of({.kind = kWeeklyReport, .fields = {{"status", "❌ 1 check failed"}}}) ==
        "Read the report and fix what failed.");
  CHECK(healer::next_step_of({.kind = kHealed, .next_step = "Ask Ann."}) == "Ask Ann.");
}
