// Playbooks that a person has run.
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using enum CheckInput::Verdict;
using tests::DeciderFixture;

namespace {

struct Desk : DeciderFixture {
  Desk() {
    Playbook rotate;
    rotate.name = "rotate_logs";
    rotate.task = "log_rotation";
    rotate.accepts = {"LogRotationDue"};
    rotate.rungs = {{"log_rotation", 2, 30s}};
    rotate.verify.healthy_for = 0s;
    std::erase_if(config.playbooks, [](const Playbook& each) { return each.name == "rotate_logs"; });
    config.playbooks.push_back(rotate);
    start();
  }
  std::string run(const std::string& playbook, const std::string& target = "") {
    return operate(RunPlaybook{playbook, target}, "to see");
  }
};

}  // namespace

TEST_CASE_METHOD(Desk, "a task that an operator has run needs no alert, and is done when it is healthy") {
  CHECK(run("rotate_logs") == "");
  REQUIRE(effects.runs.size() == 1);
  CHECK(effects.runs[0].target == Target{"task", "log_rotation"});
  CHECK(newest().started_by == "ann");
  CHECK(newest().reason == "to see");
  CHECK(newest().timeline.front().detail == "requested by ann: to see");
  finish_action();
  REQUIRE(effects.checks.size() == 1);
  CHECK(effects.checks[0].alerts.empty());
  answer_check(kHealthy);
  pass(1s);
  answer_check(kHealthy);
  CHECK(state() == State::kHealed);
  CHECK(decider->view()->tasks.at("log_rotation").failures == 0);
}

TEST_CASE_METHOD(Desk,
                 "a run that failed is tried again at once, and never waits for an operator's release") {
  run("rotate_logs");
  finish_action(false);
  CHECK(effects.runs.size() == 2);
  CHECK(effects.checks.empty());
  finish_action(false);
  CHECK(state() == State::kFailed);
  CHECK(newest().timeline.back().what == "failed");
  CHECK(decider->view()->tasks.at("log_rotation").failures == 2);
  CHECK(run("rotate_logs") == "");
  CHECK(effects.runs.size() == 3);
}

TEST_CASE_METHOD(Desk,
                 "neither cooldown nor attempts nor a latch keeps an operator from running a playbook") {
  config.playbooks.front().attempts = 1;
  start();
  run("restart_container", "quantum_redis");
  finish_action();
  answer_check(kHealthy);
  pass(5s);
  answer_check(kHealthy);
  REQUIRE(state() == State::kHealed);
  // Cooldown and attempts: an alert latches.
  deliver(down());
  pass(10min);
  REQUIRE(state() == State::kExhausted);
  CHECK(run("restart_container", "quantum_redis") == "");
  CHECK(effects.runs.size() == 2);
}

TEST_CASE_METHOD(Desk, "a run that is not safe is refused with its reason") {
  SECTION("the healer is unhealthy") {
    turn({SelfHealth{.disk = "the disk is full", .clock = {}, .config = {}}});
    CHECK_THAT(run("restart_container", "quantum_redis"), Catch::StartsWith("the healer is unhealthy: "));
  }
  SECTION("the target is being healed") {
    deliver(down());
    REQUIRE(effects.runs.size() == 1);
    CHECK(run("restart_container", "quantum_redis") == newest().id + " already runs this playbook");
  }
  CHECK(effects.runs.size() <= 1);
}

TEST_CASE_METHOD(Desk, "a run that the healer's death interrupted is not taken for done") {
  run("rotate_logs");
  SECTION("what may be looked at is tried again") {
    start();
    turn();
    CHECK(effects.runs.size() == 2);
    CHECK(newest().started_by == "ann");
  }
  SECTION("what must never be repeated is over") {
    config.playbooks.back().on_crash = OnCrash::kNeverRepeat;
    start();
    turn();
    CHECK(effects.runs.size() == 1);
    CHECK(state() == State::kFailed);
  }
}

TEST_CASE_METHOD(Desk, "a container is healed by hand only when it is declared") {
  CHECK(run("restart_container", "quantum_redis") == "");
  REQUIRE(effects.runs.size() == 1);
  CHECK(effects.runs[0].target == tests::kRedis);
  CHECK(run("restart_container", "quantum_redis") == newest().id + " already runs this playbook");
  CHECK(run("restart_container", "else; rm -rf /") ==
        "\"else; rm -rf /\" is neither a declared container nor a subsystem with one");
  CHECK(run("restart_container") == "playbook restart_container needs a target: a container or a subsystem");
  CHECK(run("rotate_logs", "quantum_redis") == "playbook rotate_logs acts on its task and takes no target");
  CHECK(run("nothing") == "unknown playbook \"nothing\"");
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(Desk, "what needs an operator's approval needs it also by hand") {
  config.playbooks.front().rungs.front().approval = true;
  start();
  run("restart_container", "quantum_redis");
  CHECK(effects.runs.empty());
  REQUIRE(newest().state == State::kGated);
  CHECK(newest().refusal == Refusal::kApproval);
  REQUIRE(decider->view()->approvals.size() == 1);
  CHECK(operate(ApproveAction{decider->view()->approvals.front().id}) == "");
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(Desk, "in a dry run the report says what would have been run, and the incident is over") {
  config.playbooks.front().rungs.front().dry_run = true;
  start();
  run("restart_container", "quantum_redis");
  turn();
  CHECK(effects.runs.empty());
  CHECK(state() == State::kResolved);
}

TEST_CASE_METHOD(Desk, "what acts on trading or on a whole subsystem is run by hand on that alone") {
  Playbook& playbook = config.playbooks.front();
  SECTION("trading") {
    playbook.acts_on = "trading";
    start();
    CHECK(run(playbook.name) == "playbook " + playbook.name + " needs a target: trading");
    CHECK(run(playbook.name, "quantum_redis") == "playbook " + playbook.name + " needs a target: trading");
    CHECK(run(playbook.name, "trading") == "");
    REQUIRE(effects.runs.size() == 1);
    CHECK(effects.runs[0].target == Target{"trading", "trading"});
  }
  SECTION("a subsystem") {
    playbook.acts_on = "subsystem";
    start();
    CHECK(run(playbook.name, "quantum_redis") ==
          "playbook " + playbook.name + " needs a target: a declared subsystem");
    CHECK(run(playbook.name, "orchestrator") == "");
    REQUIRE(effects.runs.size() == 1);
    CHECK(effects.runs[0].target == Target{"subsystem", "orchestrator"});
  }
}

TEST_CASE_METHOD(Desk, "an alert that asks for what an operator has run already joins it") {
  run("restart_container", "quantum_redis");
  deliver(down());
  CHECK(decider->view()->incidents.size() == 1);
  CHECK(newest().alert_names == std::vector<std::string>{"ContainerDown"});
  finish_action();
  CHECK(effects.checks.back().alerts.size() == 1);
}

TEST_CASE_METHOD(Desk, "of a report that a task wrote operators are notified, also where the task failed") {
  run("rotate_logs");
  const auto told = [this](Notice::Kind kind) {
    return std::ranges::count(effects.notices, kind, &Notice::kind);
  };
  const auto finish = [this](bool ok) {
    turn({ActionInput{.action_id = effects.runs.back().action_id,
                      .incident = effects.runs.back().incident,
                      .ok = ok,
                      .detail = "done",
                      .written = Written{.what = Written::What::kWeeklyReport,
                                         .date = "2025-12-15",
                                         .status = "✅ All checks passed",
                                         .path = "/reports/WEEKLY_HEALTH_REPORT_2025-12-15.md"}}});
  };
  finish(GENERATE(true, false));
  REQUIRE(told(Notice::Kind::kWeeklyReport) == 1);
  const Notice& notice = *std::ranges::find(effects.notices, Notice::Kind::kWeeklyReport, &Notice::kind);
  CHECK(notice.field("date") == "2025-12-15");
  CHECK(notice.field("status") == "✅ All checks passed");
  CHECK(notice.field("report") == "/reports/WEEKLY_HEALTH_REPORT_2025-12-15.md");
}

TEST_CASE_METHOD(Desk, "while healing is paused nothing is run by hand") {
  operate(PauseHealing{1h}, "an upgrade");
  CHECK(run("rotate_logs") == "healing is paused: an upgrade");
  CHECK(decider->view()->incidents.empty());
}

TEST_CASE_METHOD(Desk, "what cannot be written is not run") {
  journal.set_failing(true);
  CHECK_THAT(run("rotate_logs"), Catch::StartsWith("the journal cannot be written"));
  CHECK(effects.runs.empty());
}

TEST_CASE_METHOD(Desk, "an alert of a container under maintenance opens an incident only when that is over") {
  Playbook another = config.playbooks[0];
  another.name = "another";
  config.playbooks.push_back(another);
  start();
  REQUIRE(run("restart_container", "quantum_redis") == "");
  const std::string maintenance = newest().id;
  deliver(tests::alert("m", {{"heal", "another"}, {"container", "quantum_redis"}}));
  CHECK(newest().id == maintenance);
  REQUIRE(decider->view()->refused.size() == 1);
  CHECK(decider->view()->refused[0].refusal == Refusal::kTargetBusy);
  CHECK(decider->view()->refused[0].detail == maintenance + " has stopped quantum_redis on purpose");
  CHECK(decider->view()->planned_downtime.contains("quantum_redis"));
  SECTION("verified") {
    finish_action();
    answer_check(kHealthy);
  }
  SECTION("overrun") { pass(config.playbooks[0].rungs[0].timeout + config.playbooks[0].verify.within); }
  SECTION("in another process") {
    start();
    turn();
    CHECK(newest().id == maintenance);
    answer_check(kHealthy);
  }
  turn();
  CHECK(newest().id != maintenance);
  CHECK(newest().playbook == "another");
  CHECK(decider->view()->refused.empty());
}
