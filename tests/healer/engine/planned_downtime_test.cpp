#include "healer/engine/planned_downtime.h"

#include "tests/catch.h"
#include "tests/healer/engine/guards/asking.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::kBot;
using tests::kRedis;

namespace {

struct Downtime : tests::Asking {
  Downtime() {
    Playbook rebuild;
    rebuild.name = "rebuild_stack";
    rebuild.task = "stack_rebuild";
    rebuild.rungs.push_back({.action = "pause_trading", .disruptive = false, .prepares = true});
    rebuild.rungs.push_back({.action = "stack_rebuild", .timeout = 45min, .takes = {kRedis.name, kBot.name}});
    rebuild.verify.within = 5min;
    config.playbooks.push_back(rebuild);
  }
  std::map<std::string, PlannedDowntime> planned() const {
    return planned_downtime(config, history, clock.now().mono);
  }
  std::uint64_t open_by(const std::string& operator_name, const Target& target,
                        const std::string& playbook = "restart_container") {
    return tell(IncidentOpened{.playbook = playbook,
                               .subsystem = "",
                               .severity = "info",
                               .target = target,
                               .fingerprint = operator_name.empty() ? "a" : "",
                               .alert_name = "",
                               .alert_starts_at = clock.now().wall,
                               .started_by = operator_name});
  }
  void intend(std::uint64_t incident, State from, std::size_t rung, const std::string& action,
              const std::string& playbook = "restart_container") {
    move(incident, from, State::kIntent);
    const Target target = history.incident(incident)->target;
    tell(ActionIntended{incident, incident_id(incident) + "/1", playbook, action, rung, target, ""});
    move(incident, State::kIntent, State::kRunning);
  }
};

}  // namespace

TEST_CASE_METHOD(Downtime, "a rebuild announces every container that it stops, until it is verified") {
  const auto rebuild = open_by("ann", {"task", "stack_rebuild"}, "rebuild_stack");
  CHECK(planned().empty());
  intend(rebuild, State::kAccepted, 0, "pause_trading", "rebuild_stack");
  CHECK(planned().empty());
  move(rebuild, State::kRunning, State::kVerifying);
  move(rebuild, State::kVerifying, State::kIneffective);
  clock.advance(1min);
  const base::MonoTime begin = clock.now().mono;
  intend(rebuild, State::kIneffective, 1, "stack_rebuild", "rebuild_stack");
  REQUIRE(planned().size() == 2);
  const PlannedDowntime redis = planned().at(kRedis.name);
  CHECK(redis.incident == rebuild);
  CHECK(redis.since == begin);
  CHECK(redis.until == begin + 50min);
  CHECK(redis.maintenance);
  move(rebuild, State::kRunning, State::kVerifying);
  CHECK(planned().at(kBot.name).until == begin + 5min);
  move(rebuild, State::kVerifying, State::kProbation);
  CHECK(planned().empty());
}

TEST_CASE_METHOD(Downtime, "maintenance that overruns its limit is an outage") {
  const auto rebuild = open_by("ann", {"task", "stack_rebuild"}, "rebuild_stack");
  intend(rebuild, State::kAccepted, 1, "stack_rebuild", "rebuild_stack");
  clock.advance(50min - 1ns);
  CHECK(planned().size() == 2);
  clock.advance(1ns);
  CHECK(planned().empty());
}

TEST_CASE_METHOD(Downtime, "a task that a schedule started is maintenance as well") {
  const auto rotation = open_by("", {"task", "stack_rebuild"}, "rebuild_stack");
  intend(rotation, State::kAccepted, 1, "stack_rebuild", "rebuild_stack");
  CHECK(planned().at(kRedis.name).maintenance);
}

TEST_CASE_METHOD(Downtime, "the container that healing restarts is announced, for its first action alone") {
  const auto incident = open_by("", kRedis);
  intend(incident, State::kAccepted, 0, "container_restart");
  REQUIRE(planned().contains(kRedis.name));
  CHECK_FALSE(planned().at(kRedis.name).maintenance);
  move(incident, State::kRunning, State::kVerifying);
  move(incident, State::kVerifying, State::kIneffective);
  CHECK(planned().empty());
  intend(incident, State::kIneffective, 1, "container_stop_start");
  CHECK(planned().empty());
}

TEST_CASE_METHOD(Downtime, "what an operator runs on a container is maintenance") {
  const auto incident = open_by("ann", kRedis);
  intend(incident, State::kAccepted, 0, "container_restart");
  CHECK(planned().at(kRedis.name).maintenance);
}

TEST_CASE_METHOD(Downtime, "a container that an operator has stopped stays stopped on purpose, for a day") {
  const auto incident = open_by("ann", kRedis);
  intend(incident, State::kAccepted, 0, "container_stop");
  tell(ActionFinished{.incident = incident,
                      .action_id = incident_id(incident) + "/1",
                      .outcome = ActionFinished::Outcome::kSuccess,
                      .detail = "",
                      .undo = Undo{"container_start", "{}"}});
  move(incident, State::kRunning, State::kVerifying);
  move(incident, State::kVerifying, State::kProbation);
  move(incident, State::kProbation, State::kHealed);
  REQUIRE(planned().contains(kRedis.name));
  CHECK_FALSE(planned().at(kRedis.name).maintenance);
  SECTION("it ends after the longest pause") { clock.advance(24h); }
  SECTION("it ends when the stop is undone") {
    const auto undo = tell(IncidentOpened{.playbook = std::string(kUndoPlaybook),
                                          .subsystem = "",
                                          .severity = "info",
                                          .target = kRedis,
                                          .fingerprint = "",
                                          .alert_name = "",
                                          .alert_starts_at = clock.now().wall,
                                          .started_by = "ann",
                                          .reason = "",
                                          .undoes = incident_id(incident) + "/1",
                                          .undo = Undo{"container_start", "{}"}});
    intend(undo, State::kAccepted, 0, "container_start", std::string(kUndoPlaybook));
    tell(ActionFinished{undo, incident_id(undo) + "/1", ActionFinished::Outcome::kSuccess, ""});
  }
  CHECK(planned().empty());
}
