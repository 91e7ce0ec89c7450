#include "healer/reports/incident/incident_document.h"

#include "healer/reports/render/html.h"
#include "healer/reports/render/markdown.h"
#include "tests/catch.h"
#include "tests/healer/reports/incident/example_incident.h"

using namespace healer;
using namespace healer::reports;
using Catch::Contains;
using tests::kBegan;
using namespace std::chrono_literals;

namespace {

IncidentReport healed() {
  tests::Records records;
  records.tell(-1min, PolicyMoved{Policy::kNoNewTrades, Policy::kAllowAll, {}});
  const auto number = records.open(tests::down_alert());
  records.tell(6s, PolicyMoved{Policy::kAllowAll, Policy::kDefensiveExit, {"executor is critical"}});
  records.move(7s, number, State::kAccepted, State::kGated, "until 04:01", Refusal::kCooldown);
  records.heal(10s, number);
  IncidentReport report;
  report.stack = "Quantum Trader";
  report.version = "1.2.3";
  report.runbook_url = "https://wiki.example.org/";
  report.written_at = kBegan + 1min;
  report.facts = records.facts(number);
  report.affected = std::vector<Affected>{{"executor", "critical", "runs in bot"}};
  report.first_bad = kBegan - 15s;
  report.evidence = Evidence{};
  return report;
}

}  // namespace

TEST_CASE("an incident is reported in numbers that add up") {
  const std::string text = to_markdown(document_of(healed()));
  CHECK_THAT(text, Contains("# Quantum Trader: incident INC-3\n"));
  CHECK_THAT(text, Contains("> ✅ **container bot: healed after 22 s.**"));
  CHECK_THAT(text, Contains("| Duration | 37 s | the first bad sample to its end |"));
  CHECK_THAT(text, Contains("| Time to detect | 15 s |"));
  CHECK_THAT(text, Contains("| Time to deliver | 5 s |"));
  CHECK_THAT(text, Contains("| Time to act | 5 s |"));
  CHECK_THAT(text, Contains("| Time to verify | 10 s |"));
  CHECK_THAT(text, Contains("- 1 action, 1 refusal\n- Policy during the incident: allow_all (1 s), then "
                            "defensive_exit (16 s)"));
  CHECK_THAT(text, Contains("| executor | ❌ critically | runs in bot |"));
  CHECK_THAT(text, Contains("Trading was restricted for 16 s:"));
  CHECK_THAT(text, Contains("| cooldown | 1 | 2025-12-17 04:00:07.000 UTC | until 04:01 |"));
  CHECK_THAT(
      text,
      Contains("| INC-3/1 | restart bot | 2025-12-17 04:00:10.000 UTC | 2 s | ✅ success: restarted |"));
  CHECK_THAT(text,
             Contains("| 2025-12-17 04:00:00.000 | ContainerDown started firing | Alertmanager: startsAt |"));
  CHECK_THAT(text, Contains("None found: no OOM kill"));
  CHECK_THAT(text, Contains("[ContainerDown](<https://wiki.example.org/ContainerDown.md>)"));
  CHECK_THAT(text, Contains("up to record 12; opened 2025-12-17 04:00:05.000 UTC."));
}

TEST_CASE("what is not known is reported in words, in both forms") {
  IncidentReport report = healed();
  report.affected = Known<std::vector<Affected>>::unknown("no subsystems.yml is configured");
  report.first_bad = Known<base::WallTime>::unknown("Prometheus could not be queried (refused)");
  report.evidence = Known<Evidence>::unknown("the exporter could not be queried (refused)");
  report.missing = {"Some Prometheus queries failed: refused."};
  report.facts.policies.clear();
  report.facts.acts.clear();
  report.facts.healed_at.reset();
  report.facts.closed_at.reset();
  report.facts.delivered_at.reset();
  report.facts.state = State::kGated;
  const Document document = document_of(report);
  for (const std::string& text : {to_markdown(document), to_html(document)}) {
    CHECK_THAT(text, Contains("still open (gated)"));
    CHECK_THAT(text, Contains("unknown: Prometheus could not be queried (refused)"));
    CHECK_THAT(text, Contains("unknown: no journal record of the delivery"));
    CHECK_THAT(text, Contains("no action was taken") && Contains("recovery was not verified"));
    CHECK_THAT(text, Contains("The affected subsystems are unknown: no subsystems.yml is configured."));
    CHECK_THAT(text, Contains("It is unknown whether trading was restricted"));
    CHECK_THAT(text, Contains("Unknown: the exporter could not be queried (refused)."));
    CHECK_THAT(text, Contains("None found, but some queries failed."));
    CHECK_THAT(text, !Contains("nan") && !Contains("1970"));
  }
}

TEST_CASE("what came from outside is never markup") {
  IncidentReport report = healed();
  const std::string evil = "</pre><script>alert(1)</script> | [x](javascript:alert(1))";
  report.facts.target.name = evil;
  report.facts.events[0].what = evil;
  report.facts.acts[0].detail = evil;
  report.facts.refusals[0].detail = evil;
  report.facts.alerts[0].alert.labels["alertname"] = evil;
  report.evidence->errors = {{kBegan, "bot", "error", "p", evil + "\n```"}};
  report.hypotheses = {{evil, {evil}}};
  report.breach = {{"reason", evil}, {"errors", evil}};
  const std::string html = to_html(document_of(report));
  CHECK_THAT(html, !Contains("<script") && !Contains("href=\"javascript:"));
  CHECK_THAT(html, Contains("&lt;script&gt;"));
  const std::string text = to_markdown(document_of(report));
  const auto fence = text.find("````");  // longer than what the line holds
  REQUIRE(fence != std::string::npos);
  CHECK_THAT(text.substr(0, fence), !Contains("<script") && !Contains("[x](javascript"));
}

TEST_CASE("an incident that an operator started has no alert to report") {
  tests::Records records;
  records.tell(0s, IncidentOpened{.playbook = "restart",
                                  .subsystem = "",
                                  .severity = "",
                                  .target = {"container", "bot"},
                                  .fingerprint = "",
                                  .alert_name = "",
                                  .alert_starts_at = {},
                                  .started_by = "ada",
                                  .reason = "it smells"});
  IncidentReport report;
  report.facts = records.facts(1);
  report.affected = std::vector<Affected>{};
  const std::string text = to_markdown(document_of(report));
  CHECK_THAT(text, Contains("requested by ada (it smells)."));
  CHECK_THAT(text, Contains("| Time to detect | there was no alert |"));
  CHECK_THAT(text, Contains("No declared subsystem runs in it or depends on it."));
}

TEST_CASE("an exhausted incident begins with what an operator needs") {
  IncidentReport report = healed();
  CHECK_THAT(to_markdown(document_of(report)), !Contains("Next steps"));
  report.facts.state = State::kExhausted;
  report.container = "bot";
  report.exit_code = 3;
  report.evidence->last = {{kBegan, "bot", "other", "p", "shutting down"}};
  const std::string text = to_markdown(document_of(report));
  CHECK_THAT(text, Contains("- Exit code of bot: 3.\n"));
  CHECK_THAT(text, Contains("- Last action: restart bot: success, restarted.\n"));
  CHECK_THAT(text, Contains("`docker logs --tail 100 bot`") && Contains("`salusctl release INC-3 --reason"));
  CHECK_THAT(text, Contains("[bot] shutting down"));
  CHECK(text.find("Next steps") < text.find("Key figures"));
  report.facts.alerts[0].alert.annotations["runbook_url"] = "https://rules.example.org/down";
  CHECK_THAT(to_markdown(document_of(report)), Contains("[ContainerDown](<https://rules.example.org/down>)"));
}

TEST_CASE("a breach is reported with the counts of all logs") {
  IncidentReport report = healed();
  report.breach = {{"reason", "482 errors (threshold: 50)"}, {"errors", "482"}, {"container_restarts", "1"}};
  const std::string text = to_markdown(document_of(report));
  CHECK_THAT(text, Contains("Thresholds were breached: **482 errors (threshold: 50)**."));
  CHECK_THAT(text, Contains("| errors | 482 |\n| container restarts | 1 |"));
}

TEST_CASE("what was up and down is drawn, and reported in words") {
  IncidentReport report = healed();
  const base::WallTime from = kBegan - 10min;
  report.services = {.title = "Up and down around the incident",
                     .window = {from, kBegan + 22s},
                     .rows = {{"bot",
                               {{from, kBegan - 15s, Condition::kUp},
                                {kBegan - 15s, kBegan + 12s, Condition::kDown},
                                {kBegan + 12s, kBegan + 22s, Condition::kUp}}}}};
  CHECK_THAT(to_markdown(document_of(report)),
             Contains("- bot: down for 27 s, unknown for 0 s, in a window of 10 min 22 s."));
  CHECK_THAT(to_html(document_of(report)), Contains("<svg") && Contains("Up and down around the incident"));
}

TEST_CASE("a status is a few words") {
  IncidentFacts facts = healed().facts;
  CHECK(status_of(facts) == "healed after 22 s");
  facts.state = State::kExhausted;
  CHECK(status_of(facts) == "not healed: operator action required");
  facts.state = State::kReleased;
  CHECK(status_of(facts) == "released by an operator after 22 s");
  facts.state = State::kResolved;
  CHECK(status_of(facts) == "resolved after 22 s, before any action");
  facts.began_at = facts.end() + 1s;
  CHECK(status_of(facts) == "resolved after unknown: the clocks disagree, before any action");
}
