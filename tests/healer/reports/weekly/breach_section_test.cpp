#include "healer/reports/weekly/breach_section.h"

#include "tests/catch.h"
#include "tests/healer/reports/incident/example_incident.h"

using namespace healer;
using namespace healer::reports;
using Catch::Contains;
using tests::kBegan;
using namespace std::chrono_literals;

namespace {

LogLine line(const std::string& source, const std::string& text) {
  return {.at = kBegan, .source = source, .level = "error", .pattern = "p", .text = text};
}

BreachSection section() {
  return {
      .written_at = kBegan + 759238us,
      .triggered = true,
      .why_not = "",
      .fields = {{"reason", "353 critical events (threshold: 5); 482 errors (threshold: 50)"},
                 {"critical_events", "353"},
                 {"errors", "482"},
                 {"warnings", "10"},
                 {"container_restarts", "1"}},
      .evidence = Evidence{
          .critical = {line("quantum_postgres",
                            "2025-12-16 22:03:47.179 UTC [74] FATAL: database \"quantum\" does not exist")},
          .errors = {line("quantum_ai_engine",
                          "[2025-12-17 16:55:17,427] XGBoost predict failed: "
                          "Feature shape mismatch")}}};
}

}  // namespace

TEST_CASE("a breach reads as the operator knows it") {
  CHECK(to_markdown(section()) ==
        "---\n"
        "\n"
        "### ⚡ Real-Time Incident Report\n"
        "\n"
        "**Timestamp:** 2025-12-17T04:00:00.759238  \n"
        "**Auto-Heal Triggered:** ✅ Yes  \n"
        "\n"
        "#### Issue Summary\n"
        "\n"
        "| Category | Count |\n"
        "|----------|-------|\n"
        "| Critical Events | 353 |\n"
        "| Errors | 482 |\n"
        "| Warnings | 10 |\n"
        "| Container Restarts | 1 |\n"
        "\n"
        "#### Critical Events (Top 5)\n"
        "```\n"
        "[quantum_postgres] 2025-12-16 22:03:47.179 UTC [74] FATAL: database \"quantum\" does not exist\n"
        "```\n"
        "\n"
        "#### Errors (Top 10)\n"
        "```\n"
        "[quantum_ai_engine] [2025-12-17 16:55:17,427] XGBoost predict failed: Feature shape mismatch\n"
        "```\n");
}

TEST_CASE("what was not healed says why, and what is not known is a word") {
  BreachSection without = section();
  without.triggered = false;
  without.why_not = "cooldown: until 04:30";
  without.fields = {{"reason", "x"}};
  without.evidence = Known<Evidence>::unknown("the exporter could not be queried (refused)");
  const std::string text = to_markdown(without);
  CHECK_THAT(text, Contains("**Auto-Heal Triggered:** ❌ No (cooldown: until 04:30)  \n\n"));
  CHECK_THAT(text, Contains("| Critical Events | unknown |") && Contains("| Container Restarts | unknown |"));
  CHECK_THAT(text, Contains("(Top 5)\n```\nUnknown: the exporter could not be queried (refused).\n```\n"));
  without.evidence = Evidence{};
  CHECK_THAT(to_markdown(without),
             Contains("(Top 5)\n```\nNone.\n```\n\n#### Errors (Top 10)\n```\nNone.\n```\n"));
}

TEST_CASE("a log line is unchanged, and cannot end its fence") {
  BreachSection evil = section();
  evil.evidence->errors = {line("bot", "<script>alert(1)</script> [x](javascript:alert(1))"),
                           line("bot", "```\r```")};
  CHECK_THAT(to_markdown(evil),
             Contains("```\n[bot] <script>alert(1)</script> [x](javascript:alert(1))\n[bot] ``` ```\n```\n"));
  evil.triggered = false;
  evil.why_not = "<b>";
  CHECK_THAT(to_markdown(evil), Contains("❌ No (&lt;b>)  \n"));
}

TEST_CASE("why nothing was done is the last refusal, or that it was over") {
  tests::Records records;
  const auto number = records.open(tests::breach_alert());
  CHECK(why_not_healed(records.facts(number)) == "no action was available");
  records.move(6s, number, State::kAccepted, State::kGated, "until 04:30", Refusal::kCooldown);
  CHECK(why_not_healed(records.facts(number)) == "cooldown: until 04:30");
  records.move(7s, number, State::kGated, State::kGated, "", Refusal::kPaused);
  CHECK(why_not_healed(records.facts(number)) == "paused");

  tests::Records over;
  const auto other = over.open(tests::breach_alert());
  over.move(6s, other, State::kAccepted, State::kResolved);
  CHECK(why_not_healed(over.facts(other)) == "its alerts resolved before any action");
  tests::Records done;
  const auto healed = done.open(tests::breach_alert());
  done.heal(6s, healed);
  CHECK_FALSE(why_not_healed(done.facts(healed)));
}
