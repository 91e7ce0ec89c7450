#include "healer/state/checkpoint.h"

#include "tests/catch.h"
#include "tests/healer/builders.h"
#include "tests/healer/fake_journal.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::kRedis;

namespace {

struct Fixture : tests::Memory {
  tests::FakeJournal journal;
  AlertStore ledger{journal, clock};
  std::vector<std::string> save() {
    std::vector<std::string> lines;
    ledger.settle([&](const std::vector<Entry>&, const auto& known) {
      write_checkpoint(history, known, clock.now(),
                       [&lines](std::string_view line) { lines.emplace_back(line); });
    });
    return lines;
  }
  void hold(base::Duration length) {
    tell(OperatorActed{.verb = OperatorActed::Verb::kHoldPolicy,
                       .who = "ann",
                       .reason = "upgrade",
                       .length = length,
                       .incident = 0,
                       .policy = Policy::kDefensiveExit});
  }
};

// What a later start makes of the lines.
struct Next {
  explicit Next(const base::Clock& at) : clock(at), ledger(journal, at) {}
  base::Result<> take(const std::vector<std::string>& lines) {
    CheckpointReader reader(history, ledger, clock.now());
    for (const std::string& line : lines) {
      if (auto taken = reader.take(line); !taken) return taken;
    }
    return {};
  }
  const base::Clock& clock;
  tests::FakeJournal journal;
  History history;
  AlertStore ledger;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what is remembered is as old after a checkpoint as it would be without one") {
  act(open("a", kRedis), State::kAccepted, kRedis);
  hold(1h);
  const auto lines = save();
  clock.advance(10min);
  Next next(clock);
  REQUIRE(next.take(lines));
  const base::MonoTime now = clock.now().mono;
  CHECK(next.history.attempts(kRedis, "restart_container")->at.back() == now - 10min);
  CHECK(next.history.hold()->until == now + 50min);
  CHECK(next.history.hold()->policy == Policy::kDefensiveExit);
  const Incident& incident = *next.history.incident(*next.history.open().begin());
  CHECK(incident.state == State::kRunning);
  CHECK(incident.timeline.size() == history.incident(incident.number)->timeline.size());
  CHECK(next.history.decisions_total() == history.decisions_total());
}

TEST_CASE_METHOD(Fixture, "who had a task run, what it did and what it found are remembered") {
  const Target task{"task", "health_audit"};
  const auto number = tell(IncidentOpened{.playbook = "audit_health",
                                          .subsystem = "",
                                          .severity = "info",
                                          .target = task,
                                          .fingerprint = "",
                                          .alert_name = "",
                                          .alert_starts_at = clock.now().wall,
                                          .started_by = "ann",
                                          .reason = "to see"});
  const std::string id = incident_id(number) + "/1";
  tell(ActionIntended{number, id, "audit_health", "health_audit", 0, task, "audit"});
  tell(ActionFinished{.incident = number,
                      .action_id = id,
                      .outcome = ActionFinished::Outcome::kSuccess,
                      .detail = "done",
                      .counts = {{"removed", 3}},
                      .findings = {.suite = "health_audit", .list = {{"", "probes", true}}}});
  Next next(clock);
  REQUIRE(next.take(save()));
  const Incident& incident = *next.history.incident(number);
  CHECK(incident.started_by == "ann");
  CHECK(incident.reason == "to see");
  CHECK(incident.last_ok);
  CHECK(next.history.tasks().at("health_audit").counts.at("removed") == 3);
  CHECK(next.history.found().at("health_audit").list == history.found().at("health_audit").list);
}

TEST_CASE_METHOD(Fixture,
                 "a checkpoint from a clock that was set back since is from now, not from the future") {
  act(open("a", kRedis), State::kAccepted, kRedis);
  const auto lines = save();
  tests::FakeClock earlier;
  earlier.set_wall(clock.now().wall - 24h);
  Next next(earlier);
  REQUIRE(next.take(lines));
  CHECK(next.history.attempts(kRedis, "restart_container")->at.back() == earlier.now().mono);
}

TEST_CASE_METHOD(Fixture, "an alert that ended before the checkpoint is still known to have ended after it") {
  Alert ended = tests::alert("a", {{"heal", "restart_container"}}, false);
  ended.ends_at = clock.now().wall;
  ledger.replay({1, {clock.now().wall, AlertSeen{ended}}});
  const auto lines = save();
  Next next(clock);
  REQUIRE(next.take(lines));
  const std::vector late{tests::alert("a", {{"heal", "restart_container"}})};
  const auto accepted = next.ledger.accept(late, AlertStore::Source::kWebhook);
  REQUIRE(accepted);
  CHECK(accepted->stale == 1);
  CHECK(next.journal.entries().empty());
}

TEST_CASE_METHOD(Fixture,
                 "what another version wrote, and what is no checkpoint, is refused with the reason") {
  auto lines = save();
  const auto [at, line, reason] = GENERATE(table<std::size_t, std::string, std::string>({
      {0, R"({"checkpoint":2,"at":"2025-12-17T04:00:00.000Z"})", "version"},
      {0, R"({"checkpoint":1})", "at"},
      {0, "[]", "not a JSON object"},
      {0, "", "byte 0"},
      {1, R"({"moon_phase":3})", "\"moon_phase\" is unknown"},
      {1, R"({"pause":{"who":"a","reason":"b","until":null,"mood":"c"}})", "unknown field"},
      {1, R"({"policy":"yolo"})", "\"yolo\" is unknown"},
      {1, R"({"open":3})", "not a list"},
  }));
  lines[at] = line;
  Next next(clock);
  const auto taken = next.take(lines);
  REQUIRE_FALSE(taken);
  INFO(taken.error().message);
  CHECK(taken.error().message.find(reason) != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "a field that was not there yet keeps its default") {
  Next next(clock);
  auto lines = save();
  lines[1] = R"({"lease":["INC-1/1",{"incident":1,"action":"pause_trading","policy":"no_new_trades"}]})";
  REQUIRE(next.take(lines));
  CHECK(next.history.leases().at("INC-1/1").length == base::Duration::zero());
}

TEST_CASE_METHOD(Fixture,
                 "a checkpoint of an earlier version is read, its refusals under their present name") {
  Next next(clock);
  auto lines = save();
  lines[1] =
      R"({"incident":[4,{"number":4,"state":"gated","playbook":"p","refusal":"unfit","asked_by":"ann",)"
      R"("story":[{"at":"2025-12-17T04:00:00.000Z","what":"accepted","detail":"A"}],)"
      R"("undoable":[[1,{"by":{"action":"enable_module","parameters":"{}"},"action":"disable_module",)"
      R"("incident":0,"taken_back":true}]]}]})";
  lines.emplace_back(
      R"({"approval":["APR-4-1",{"id":"APR-4-1","why":"not_automatic","asked_at":"2025-12-17T04:00:00.000Z"}]})");
  std::erase_if(lines, [](const std::string& line) { return line.starts_with(R"({"decisions_total")"); });
  lines.emplace_back(R"({"decisions_total":[{"playbook":"p","outcome":"refuse","reason":"unfit"},3]})");
  REQUIRE(next.take(lines));
  const Incident& incident = *next.history.incident(4);
  CHECK(incident.refusal == Refusal::kUnhealthy);
  CHECK(incident.started_by == "ann");
  CHECK(incident.timeline.size() == 1);
  CHECK(incident.undoable.at(1).undone);
  CHECK(next.history.approval("APR-4-1")->refusal == Refusal::kNotAutomatic);
  CHECK(next.history.approval("APR-4-1")->requested_at != base::WallTime{});
  CHECK(next.history.decisions_total().at({"p", "refuse", "unhealthy"}) == 3);
}

TEST_CASE_METHOD(Fixture, "what halts trading and what the policy permits is remembered") {
  tell(ActionIntended{.incident = 17,
                      .action_id = "INC-17/1",
                      .playbook = "pause_trading",
                      .action = "pause_trading",
                      .rung = 0,
                      .target = kRedis,
                      .description = "",
                      .policy = Policy::kNoNewTrades,
                      .lease = 1h});
  PolicyMoved moved{Policy::kAllowAll, Policy::kNoNewTrades, {}};
  moved.permissions = policy::permissions_of(Policy::kSafeRiskProfile, {});
  tell(moved);
  auto lines = save();
  Next next(clock);
  REQUIRE(next.take(lines));
  CHECK(next.history.halts().at("INC-17/1").incident == 17);
  CHECK(next.history.permissions() == moved.permissions);

  // One of before halts were written has the lease alone.
  std::erase_if(lines, [](const std::string& line) { return line.starts_with(R"({"halt")"); });
  Next older(clock);
  REQUIRE(older.take(lines));
  CHECK(older.history.halts().empty());
  older.history.begin_life(clock.now().mono);
  CHECK(older.history.halts().at("INC-17/1").action == "pause_trading");
}
