// The notices and the end of tasks that alerts request.
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using enum CheckInput::Verdict;
using enum Notice::Kind;

namespace {

struct Tasks : tests::DeciderFixture {
  Tasks() {
    Playbook audit;
    audit.name = "audit_health";
    audit.acts_on = "task";
    audit.task = "health_audit";
    audit.accepts = {"HealthAuditDue"};
    audit.rungs = {{.action = "health_audit", .attempts = 2}};
    audit.verify.healthy_for = 0s;
    audit.verify.within = 5min;
    config.playbooks.push_back(audit);
    start();
  }
  Alert due(bool firing = true) {
    Alert alert = tests::alert(
        "due", {{"heal", "audit_health"}, {"severity", "info"}, {"task", "health_audit"}}, firing);
    alert.labels["alertname"] = "HealthAuditDue";
    if (firing) due_since = clock.now().wall;
    alert.starts_at = due_since;
    return alert;
  }
  // The rule ends once the task has begun.
  void falls_due() {
    deliver(due());
    deliver(due(false));
  }
  void finish(bool ok, std::string detail, std::vector<Finding> findings = {}) {
    ActionInput outcome{effects.runs.back().action_id, effects.runs.back().incident, ok, std::move(detail)};
    if (!findings.empty()) outcome.findings = {"health_audit", std::move(findings)};
    turn({std::move(outcome)});
  }
  std::size_t count(Notice::Kind kind) const {
    return static_cast<std::size_t>(std::ranges::count(effects.notices, kind, &Notice::kind));
  }
  const Notice& last() const { return effects.notices.back(); }

  base::WallTime due_since{};
};

}  // namespace

TEST_CASE_METHOD(Tasks,
                 "a run that succeeded is done without a question to Prometheus, and is a routine notice") {
  falls_due();
  REQUIRE(effects.runs.size() == 1);
  CHECK(count(kActing) == 0);
  finish(true, "10.0/10");
  CHECK(last().kind == kTaskDone);
  CHECK(last().title == "health_audit is done");
  CHECK(last().field("task") == "health_audit");
  REQUIRE(effects.checks.size() == 1);
  CHECK_FALSE(effects.checks.back().verify.monitored);
  answer_check(kHealthy);
  turn();
  answer_check(kHealthy);
  CHECK(state() == State::kHealed);
  CHECK(count(kHealed) == 0);
}

TEST_CASE_METHOD(Tasks,
                 "while its alert still fires, only the alert's end ends a task, and it does not run again") {
  deliver(due());
  finish(true, "10.0/10");
  REQUIRE(effects.checks.size() == 1);
  CHECK(effects.checks.back().verify.monitored);
  for (int i = 0; i < 20; ++i) {
    answer_check(kUnknown);
    pass(1min);
  }
  CHECK(effects.runs.size() == 1);
  deliver(due(false));
  pass(1s);
  answer_check(kHealthy);
  turn();
  answer_check(kHealthy);
  CHECK(state() == State::kHealed);
}

TEST_CASE_METHOD(
    Tasks, "a run that failed is repeated after `within`, then given up with the reason until it is due") {
  falls_due();
  finish(false, "pack x.log: permission denied");
  pass(4min);
  CHECK(effects.runs.size() == 1);
  pass(1min);
  REQUIRE(effects.runs.size() == 2);
  finish(false, "No space left on device");
  CHECK(count(kTaskFailed) == 0);
  pass(5min);
  CHECK(state() == State::kFailed);
  REQUIRE(count(kTaskFailed) == 1);
  CHECK(last().title == "health_audit failed: No space left on device");
  CHECK(last().playbook == "audit_health");
  CHECK(last().action == "health_audit (" + newest().id + "/2)");
  CHECK(decider->view()->tasks.at("health_audit").failures == 2);

  // Due again: no second message while it goes on failing, also after a restart.
  start();
  pass(2h);
  falls_due();
  REQUIRE(effects.runs.size() == 3);
  finish(false, "No space left on device");
  pass(5min);
  finish(false, "No space left on device");
  pass(5min);
  CHECK(state() == State::kFailed);
  CHECK(count(kTaskFailed) == 1);

  pass(2h);
  falls_due();
  finish(true, "10.0/10");
  CHECK(last().kind == kTaskRecovered);
  CHECK(last().title == "health_audit works again");
}

TEST_CASE_METHOD(Tasks,
                 "failed checks are reported by name, once until they change, and that they pass again") {
  const auto run = [&](std::vector<Finding> findings) {
    pass(2h);
    falls_due();
    finish(true, "7.5/10; containers: container=quantum_redis", std::move(findings));
    answer_check(kHealthy);
    turn();
    answer_check(kHealthy);
    REQUIRE(state() == State::kHealed);
  };
  run({{"", "containers", false}, {"", "disk", true}});
  REQUIRE(count(kValidationFailed) == 1);  // without a report it is like a validation
  CHECK(last().title == "health_audit failed: containers");
  CHECK(last().detail == "7.5/10; containers: container=quantum_redis");
  run({{"", "containers", false}, {"", "disk", true}});
  CHECK(count(kValidationFailed) == 1);
  run({{"", "containers", false}, {"", "disk", false}});
  CHECK(count(kValidationFailed) == 2);
  run({{"", "containers", true}, {"", "disk", true}});
  CHECK(last().kind == kTaskRecovered);
  CHECK(last().title == "health_audit passes again");
}

TEST_CASE_METHOD(Tasks, "an audit that failed is reported as such, with its report") {
  falls_due();
  ActionInput outcome{effects.runs.back().action_id, effects.runs.back().incident, true, "7.5/10"};
  outcome.findings = {"health_audit", {{"", "containers", false}}};
  outcome.written =
      Written{Written::What::kHealthAudit, "2025-12-17", "7.5/10, critical", "/reports/audit.md"};
  turn({outcome});
  CHECK(last().kind == kHealthAuditFailed);
  CHECK(last().field("report") == "/reports/audit.md");
  CHECK(last().title == "health_audit failed: containers");
}

TEST_CASE_METHOD(Tasks, "a task that only operators run is not started by an alert") {
  config.playbooks.back().scheduled = false;
  start();
  falls_due();
  CHECK(effects.runs.empty());
  CHECK(operate(RunPlaybook{"audit_health"}) == "");
  CHECK(effects.runs.size() == 1);
}
