#include "healer/api/metrics/metrics.h"

#include "base/text/exposition.h"
#include "tests/catch.h"
#include "tests/golden.h"
#include "tests/healer/example_view.h"

using healer::Metrics;
using healer::Readings;
using prometheus::MetricFamily;
using prometheus::MetricType;

namespace {

constexpr std::string_view kBegin = "<!-- healer: written by ./dev golden, from the HELP texts -->\n";
constexpr std::string_view kEnd = "<!-- healer: end -->\n";

Readings example_readings() {
  prometheus::Histogram durations({1, 10});
  durations.Observe(0.5);
  Readings readings;
  readings.alerts_received = {{"stored", 5}, {"invalid", 1}};
  readings.notifications = {
      {"log", {.counts = {.delivered = 3}, .backlog = {.waiting = 2, .oldest = std::chrono::seconds(90)}}}};
  readings.outbox_errors = 3;
  readings.action_durations = {{"container_restart", durations.Collect().histogram}};
  readings.policy_file_errors = 1;
  readings.policy_outputs = {{"file", {.last_success = tests::at(59), .failures = 1}}, {"redis", {}}};
  readings.prometheus_answered_at = tests::at(50);
  readings.journal_errors = 2;
  readings.journal_bytes = 4096;
  readings.journal_records = 12;
  readings.journal_retired = 30;
  readings.journal_quarantined = true;
  readings.reconcile_ok = true;
  readings.reconciled_at = tests::at(30);
  readings.config_loaded_at = tests::at(-60);
  readings.missing_collectors = {{"containers", false}};
  return readings;
}

healer::CommandCheck healable_check() {
  return {.name = "model",
          .argv = {},
          .directory = "",
          .heal = "restart_module",
          .container = "quantum_ai_engine"};
}

// What does not change from run to run and from version to version.
std::vector<MetricFamily> own(std::vector<MetricFamily> families) {
  std::erase_if(families, [](const MetricFamily& family) {
    return family.name.starts_with("process_") || family.name == "salus_healer_build_info";
  });
  return families;
}

std::vector<MetricFamily> example_families() {
  Metrics metrics;
  healer::Config config = tests::example_config();
  config.validation.smoke = {healable_check()};
  return metrics.families(tests::example_view(), config, example_readings());
}

std::string page_of(const healer::View& view, const healer::Config& config) {
  Metrics metrics;
  return base::expose(metrics.families(view, config, example_readings()));
}

std::string_view word_for(MetricType type) {
  return type == MetricType::Counter ? "counter" : type == MetricType::Histogram ? "histogram" : "gauge";
}

std::string described(const std::vector<MetricFamily>& families) {
  std::string text = "| family | type | labels | meaning |\n|---|---|---|---|\n";
  for (const MetricFamily& family : families) {
    if (!family.name.starts_with("salus_")) continue;
    std::string labels;
    for (const auto& label : family.metric.at(0).label) labels += (labels.empty() ? "" : ", ") + label.name;
    text += fmt::format("| `{}` | {} | {} | {} |\n", family.name, word_for(family.type), labels, family.help);
  }
  return text;
}

}  // namespace

TEST_CASE("the page is what it was") {
  CHECK(tests::golden_difference("tests/golden/healer/metrics.txt", base::expose(own(example_families()))) ==
        "");
}

TEST_CASE("docs/metrics.md says what the healer's HELP texts say") {
  CHECK(tests::golden_difference("docs/metrics.md", kBegin, kEnd, described(example_families())) == "");
}

TEST_CASE("every family says in one sentence what it means, in the ecosystem's naming") {
  for (const MetricFamily& family : own(example_families())) {
    CAPTURE(family.name);
    CHECK(family.name.starts_with("salus_"));
    CHECK(family.name.ends_with("_total") == (family.type == MetricType::Counter));
    CHECK(family.help.ends_with('.'));
  }
}

TEST_CASE("every label set that can be known beforehand is there from the first page on") {
  const std::string page = page_of(healer::View{}, tests::example_config());
  for (
      const char* line : {
          R"(salus_incidents_open{severity="critical"} 0)",
          R"(salus_decisions_total{outcome="act",playbook="restart_container",reason=""} 0)",
          R"(salus_decisions_total{outcome="refuse",playbook="restart_container",reason="journal_unwritable"} 0)",
          R"(salus_actions_total{action="container_restart",outcome="interrupted"} 0)",
          R"(salus_time_to_heal_seconds_count{playbook="restart_container"} 0)",
          R"(salus_incident_exhausted{playbook="restart_container",subsystem="risk_guard",task=""} 0)",
          R"(salus_incident_exhausted{playbook="restart_container",subsystem="",task=""} 0)",
          R"(salus_incident_exhausted{playbook="rotate_logs",subsystem="",task="log_rotation"} 0)",
          R"(salus_task_last_success_timestamp_seconds{task="log_rotation"} 0)",
          R"(salus_task_last_run_timestamp_seconds{task="log_rotation"} 0)",
          R"(salus_task_failures_total{task="log_rotation"} 0)",
          R"(salus_safety_policy{policy="no_new_trades"} 1)",
          R"(salus_healer_paused 0)",
          R"(salus_watchdog_last_seen_timestamp_seconds 0)",
      }) {
    CHECK_THAT(page, Catch::Contains(std::string("\n") + line));
  }
  CHECK_THAT(page, !Catch::Contains(R"(subsystem="logging")"));  // no container: nothing to exhaust
  CHECK_THAT(page, !Catch::Contains(R"(playbook="rotate_logs",subsystem="risk_guard")"));
  CHECK_THAT(page, !Catch::Contains("salus_task_duration_seconds{"));  // it never ran
}

TEST_CASE(
    "a task that never ran counts as run at the first start, and one that is not scheduled is never due") {
  healer::View view;
  view.first_start = base::WallTime(std::chrono::seconds(1765944000));
  healer::Config config = tests::example_config();
  std::string page = page_of(view, config);
  CHECK_THAT(page,
             Catch::Contains(R"(salus_task_last_run_timestamp_seconds{task="log_rotation"} 1765944000)"));
  CHECK_THAT(page,
             Catch::Contains(R"(salus_task_last_success_timestamp_seconds{task="log_rotation"} 1765944000)"));
  for (healer::Playbook& playbook : config.playbooks) playbook.scheduled = false;
  page = page_of(view, config);
  CHECK_THAT(page, !Catch::Contains("salus_task_last_run_timestamp_seconds{"));
  CHECK_THAT(page, !Catch::Contains("salus_task_last_success_timestamp_seconds{"));
  CHECK_THAT(page, Catch::Contains(R"(salus_task_failures_total{task="log_rotation"} 0)"));
}

TEST_CASE("a check that names what heals it has the labels of the request") {
  healer::View view;
  view.found["validation"].list = {{"smoke", "", false}, {"smoke", "model", false}, {"smoke", "feed", true}};
  healer::Config config = tests::example_config();
  config.validation.smoke = {healable_check()};
  const std::string page = page_of(view, config);
  CHECK_THAT(page,
             Catch::Contains("salus_validation_check_success{check=\"model\",container=\"quantum_ai_engine\","
                             "heal=\"restart_module\",phase=\"smoke\"} 0"));
  CHECK_THAT(page, Catch::Contains("salus_validation_check_success{check=\"feed\",phase=\"smoke\"} 1"));
}

TEST_CASE(
    "exhausted are the subsystems whose alerts the incident was about, not all that live in the container") {
  const healer::View view = tests::example_view();
  CHECK(healer::exhausted_subsystems(view.incidents[0], view, tests::example_config()) ==
        std::vector<std::string>{"position_monitor", "risk_guard"});
}

TEST_CASE("a released incident is exhausted no more") {
  healer::View view = tests::example_view();
  view.incidents[0].state = healer::State::kReleased;
  CHECK_THAT(
      page_of(view, tests::example_config()),
      Catch::Contains(
          R"(salus_incident_exhausted{playbook="restart_container",subsystem="risk_guard",task=""} 0)"));
}

TEST_CASE("a playbook that no configuration knows makes no series of its own") {
  CHECK_THAT(page_of(tests::example_view(), tests::example_config()), !Catch::Contains("no_such_playbook"));
}

TEST_CASE("what has healed is observed once") {
  Metrics metrics;
  healer::View view = tests::example_view();
  const auto count = [&] {
    const std::string page = base::expose(metrics.families(view, tests::example_config(), Readings{}));
    const std::string name = R"(salus_time_to_heal_seconds_count{playbook="restart_container"} )";
    return page.substr(page.find(name) + name.size(), 1);
  };
  CHECK(count() == "2");
  CHECK(count() == "2");
  view.healed.push_back({"restart_container", 12});
  CHECK(count() == "3");
}
