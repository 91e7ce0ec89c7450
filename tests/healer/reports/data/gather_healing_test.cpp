#include "healer/reports/data/gather.h"
#include "tests/catch.h"

using namespace healer;
using namespace healer::reports;
using namespace std::chrono_literals;

namespace {

const base::WallTime kFrom(1765944000s);
const Window kWindow{kFrom, kFrom + 168h};

struct Story {
  std::vector<Entry> entries;
  std::uint64_t tell(base::Duration after, Fact fact) {
    entries.push_back({entries.size() + 1, {kFrom + after, std::move(fact)}});
    return entries.size();
  }
  std::uint64_t open(base::Duration after, const std::string& kind = "container") {
    return tell(after, IncidentOpened{"restart_container",
                                      "risk_guard",
                                      "critical",
                                      {kind, "quantum_trading_bot"},
                                      "f",
                                      "ContainerDown",
                                      kFrom + after - 10s});
  }
  void act(base::Duration after, std::uint64_t incident, ActionFinished::Outcome outcome) {
    const std::string id = incident_id_text(incident);
    tell(after, ActionIntended{incident,
                               id,
                               "restart_container",
                               "container_restart",
                               0,
                               {"container", "quantum_trading_bot"},
                               "restart it"});
    tell(after + 5s, ActionFinished{incident, id, outcome, ""});
  }
  static std::string incident_id_text(std::uint64_t incident) {
    return "INC-" + std::to_string(incident) + "/1";
  }
  Healing healing() const {
    const auto found = gather_healing(
        [this](const auto& each) -> base::Result<> {
          for (const Entry& entry : entries) each(entry);
          return {};
        },
        kWindow);
    REQUIRE(found);
    return *found;
  }
};

}  // namespace

TEST_CASE("an incident is reported with what was done, refused, and how long it took") {
  Story story;
  const auto incident = story.open(1h);
  story.tell(1h + 1s, IncidentMoved{incident, State::kAccepted, State::kGated, Refusal::kCooldown, ""});
  story.tell(1h + 2s, AlertJoined{incident, "g", "ProbeFailing"});
  story.act(1h + 3s, incident, ActionFinished::Outcome::kSuccess);
  story.tell(1h + 50s, IncidentMoved{incident, State::kProbation, State::kHealed, {}, ""});
  const Healing healing = story.healing();
  REQUIRE(healing.incidents.size() == 1);
  const IncidentLine& line = healing.incidents.front();
  CHECK(line.id == "INC-1");
  CHECK(line.state == "healed");
  CHECK(line.alerts == std::vector<std::string>{"ContainerDown", "ProbeFailing"});
  CHECK(line.refusals == std::vector<std::string>{"cooldown"});
  REQUIRE(line.acts.size() == 1);
  CHECK(line.acts[0].outcome == "success");
  CHECK(healing.times_to_heal == std::vector<base::Duration>{60s});
  CHECK(healing.actions.at({"container_restart", "success"}) == 1);
  CHECK(healing.refusals.at("cooldown") == 1);
  CHECK(healing.outcomes.at("healed") == 1);
}

TEST_CASE("incidents before and after the window are not reported, those that reach into it are") {
  Story story;
  const auto closed = story.open(-3h);
  story.tell(-2h, IncidentMoved{closed, State::kAccepted, State::kResolved, {}, ""});
  const auto waits = story.open(-1h);
  story.tell(-30min, IncidentMoved{waits, State::kIneffective, State::kExhausted, {}, ""});
  story.open(169h);
  const Healing healing = story.healing();
  REQUIRE(healing.incidents.size() == 1);
  CHECK(healing.incidents.front().state == "exhausted");
  CHECK(healing.incidents.front().closed_at == std::nullopt);
}

TEST_CASE("what happened after the window does not change how it was at its end") {
  Story story;
  const auto incident = story.open(167h);
  story.tell(169h, IncidentMoved{incident, State::kAccepted, State::kHealed, {}, ""});
  const Healing healing = story.healing();
  CHECK(healing.incidents.front().state == "accepted");
  CHECK(healing.times_to_heal.empty());
}

TEST_CASE("tasks are counted and are no incidents") {
  Story story;
  const auto task = story.open(1h, "task");
  story.act(1h, task, ActionFinished::Outcome::kSuccess);
  const Healing healing = story.healing();
  CHECK(healing.incidents.empty());
  CHECK(healing.task_runs == 1);
  REQUIRE(healing.tasks.size() == 1);
  CHECK(healing.tasks[0].name == "quantum_trading_bot");
  CHECK_FALSE(healing.tasks[0].failing);
  CHECK(healing.actions.empty());
}

TEST_CASE("policies stand for as long as they did within the window") {
  Story story;
  story.tell(-5h, PolicyMoved{Policy::kNoNewTrades, Policy::kAllowAll, {}});
  story.tell(10h, PolicyMoved{Policy::kAllowAll, Policy::kDefensiveExit, {}});
  story.tell(12h, PolicyMoved{Policy::kDefensiveExit, Policy::kAllowAll, {}});
  const auto times = story.healing().policy_times;
  CHECK(times.at("allow_all") == 166h);
  CHECK(times.at("defensive_exit") == 2h);
}

TEST_CASE("what an operator said is reported with who and why") {
  Story story;
  story.tell(1h, OperatorActed{OperatorActed::Verb::kPause, "ada", "deployment", 1h, 0, {}});
  story.tell(200h, OperatorActed{OperatorActed::Verb::kResume, "ada", "", {}, 0, {}});
  const auto operators = story.healing().operators;
  REQUIRE(operators.size() == 1);
  CHECK(operators[0].what == "pause for 1h");
  CHECK(operators[0].who == "ada");
}

TEST_CASE("a task fails when its last run did, whatever became of the runs before") {
  Story story;
  using Outcome = ActionFinished::Outcome;
  for (const auto outcome : {Outcome::kSuccess, Outcome::kFailure, Outcome::kInterrupted}) {
    const auto task = story.open(std::chrono::hours(story.entries.size() + 1), "task");
    story.act(std::chrono::hours(story.entries.size() + 1), task, outcome);
  }
  const auto healing = story.healing();
  REQUIRE(healing.tasks.size() == 1);
  CHECK(healing.tasks[0].runs == 3);
  CHECK(healing.tasks[0].failures == 2);
  CHECK(healing.tasks[0].failing);
}

TEST_CASE("an approval is pending until it is answered") {
  Story story;
  const auto incident = story.open(1h);
  for (const char* id : {"APR-1-1", "APR-1-2"}) {
    ApprovalAsked asked;
    asked.approval = id;
    asked.incident = incident;
    asked.description = "close all positions";
    story.tell(2h, asked);
  }
  story.tell(3h, ApprovalAnswered{
                     .approval = "APR-1-1", .incident = incident, .answer = {}, .who = "ada", .reason = ""});
  const auto approvals = story.healing().approvals;
  REQUIRE(approvals.size() == 1);
  CHECK(approvals[0].id == "APR-1-2");
  CHECK(approvals[0].incident == "INC-1");
  CHECK(approvals[0].asked_at == kFrom + 2h);
  story.tell(4h, IncidentMoved{incident, State::kExhausted, State::kReleased, {}, ""});
  CHECK(story.healing().approvals.empty());
}

TEST_CASE("a journal that begins within the week says so") {
  Story story;
  story.open(30h);
  CHECK(story.healing().begins == kFrom + 30h);
  Story older;
  older.open(-30h);
  CHECK(older.healing().begins == std::nullopt);
}

TEST_CASE("an empty journal and one that cannot be read are unknown") {
  const auto empty = gather_healing([](const auto&) -> base::Result<> { return {}; }, kWindow);
  CHECK(empty.why == "the journal has no records");
  Story later;
  later.open(169h);
  const auto after = gather_healing(
      [&](const auto& each) -> base::Result<> {
        each(later.entries.front());
        return {};
      },
      kWindow);
  CHECK(after.why == "the journal begins after the window");
  const auto lost =
      gather_healing([](const auto&) -> base::Result<> { return base::fail("no such file"); }, kWindow);
  CHECK_FALSE(lost);
  CHECK(lost.why == "the journal could not be read (no such file)");
}
