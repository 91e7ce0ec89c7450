// Whatever happens in whatever order, with crashes at any write: what a start remembers from the checkpoint
// is what it would remember from all that the journal ever held, and so it is after old records were removed.
#include <array>
#include <map>
#include <random>

#include "healer/state/checkpoint.h"
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::DeciderFixture;
using Fault = tests::FakeJournal::Fault;

namespace {

const std::vector<std::string> kContainers{"quantum_redis", "quantum_trading_bot"};

Config changeable_config(std::uint32_t seed) {
  Config config = tests::example_config();
  Playbook& playbook = config.playbooks[0];
  playbook.rungs[0].policy = Policy::kSafeRiskProfile;
  playbook.rungs[0].lease = 10min;
  playbook.rungs[0].approval = seed % 3 == 0;
  playbook.policy_while_running = Policy::kNoNewTrades;
  playbook.cooldown = std::chrono::seconds(seed % 5 * 20);
  config.journal.retention = std::chrono::minutes(1 + seed % 20);
  return config;
}

class Walk : DeciderFixture {
 public:
  explicit Walk(std::uint32_t seed) : random_(seed) {
    // No moment that is remembered is the epoch of monotonic time, which stands for "never".
    clock.advance(1ns);
    config = changeable_config(seed);
    start();
    turn();
  }

  void step() {
    try {
      act();
    } catch (const tests::Crash&) {
      restart();
    }
    if (++steps_ % 5 == 0) compare();
  }
  std::uint64_t retired() const { return journal.retired(); }

 private:
  std::uint32_t draw(std::uint32_t below) { return random_() % below; }

  void act() {
    switch (draw(16)) {
      case 0:
      case 1:
        return deliver(some_alert(true));
      case 2:
        return deliver(some_alert(false));
      case 3:
        return list({some_alert(true), some_alert(true)});
      case 4:
        return list({});
      case 5:
      case 6:
        if (!effects.runs.empty()) finish_action(draw(3) > 0);
        return;
      case 7:
      case 8:
        if (!effects.checks.empty())
          answer_check(draw(3) == 0 ? CheckInput::Verdict::kUnhealthy : CheckInput::Verdict::kHealthy);
        return;
      case 9:
        return command_something();
      case 10:
        return answer_somebody();
      case 11:
        return restart();
      case 12:
        journal.befall(draw(2) == 0 ? Fault::kCrashBefore : Fault::kCrashAfter,
                       journal.appends() + 1 + static_cast<int>(draw(3)));
        return;
      case 13:
        journal.set_eager(draw(2) == 0);
        journal.set_failing(draw(6) == 0);
        journal.befall_checkpoint(static_cast<Fault>(draw(4)));
        return;
      default:
        return pass(std::chrono::seconds(1 + draw(90)));
    }
  }

  Alert some_alert(bool firing) {
    if (draw(3) == 0) {
      Alert alert = tests::alert("p", {{"alertname", "P"}, {"policy", "no_new_trades"}}, firing);
      alert.starts_at = started(alert.fingerprint, firing);
      return alert;
    }
    Alert alert = down(kContainers[draw(2)], firing);
    if (draw(4) == 0) alert.labels["container"] = "no_such_container";
    alert.starts_at = started(alert.fingerprint, firing);
    return alert;
  }

  // A new start now and then.
  base::WallTime started(const std::string& fingerprint, bool firing) {
    base::WallTime& at = starts_[fingerprint];
    if (at == base::WallTime{} || (firing && draw(3) == 0))
      at = std::chrono::floor<std::chrono::milliseconds>(clock.now().wall);
    return at;
  }

  void command_something() { operate(any_command(), "to see"); }
  OperatorCommand any_command() {
    const std::uint32_t which = draw(6);
    base::Duration length = draw(2) == 0 ? 0s : std::chrono::seconds(10 + draw(600));
    if (which == 0) length = std::chrono::seconds(10 + draw(200));
    const auto policy = static_cast<Policy>(1 + draw(4));
    const auto view = decider->view();
    const auto count = static_cast<std::uint32_t>(view->incidents.size());
    const std::string incident = count == 0 ? "" : view->incidents[draw(count)].id;
    if (which == 0) return PauseHealing{length};
    if (which == 1) return ResumeHealing{};
    if (which == 2) return HoldPolicy{policy, length};
    if (which == 3) return ReleasePolicy{};
    if (which == 4) return ReleaseIncident{incident};
    return ReleaseLease{incident.empty() ? "" : incident + "/1"};
  }

  void answer_somebody() {
    for (const Approval& approval : decider->view()->approvals) {
      if (approval.state != Approval::State::kPending) continue;
      const bool rejects = draw(3) == 0;
      operate(rejects ? OperatorCommand(RejectAction{approval.id}) : ApproveAction{approval.id}, "looked");
      return;
    }
  }

  void restart() {
    journal.set_failing(false);
    for (int i = 0; i < 5; ++i) {
      try {
        start();
        turn();
        return;
      } catch (const tests::Crash&) {
      }
    }
  }

  // What a start would know, in lines.
  class Start {
   public:
    explicit Start(const base::Clock& clock)
        : now_(clock.now()), ledger_(none_, clock), reader_(history_, ledger_, to_milliseconds(now_)) {}
    journal::TakeLine line() {
      return [this](std::string_view text) { return reader_.take(text); };
    }
    journal::TakeEntry each() {
      return [this](const Entry& entry) { reader_.take(entry); };
    }
    std::vector<std::string> lines() {
      history_.begin_life(now_.mono);
      std::vector<std::string> lines;
      ledger_.settle([&](const std::vector<Entry>&, const auto& known) {
        write_checkpoint(history_, known, now_,
                         [&lines](std::string_view text) { lines.emplace_back(text); });
      });
      return lines;
    }

   private:
    // As records have it.
    static base::Now& to_milliseconds(base::Now& now) {
      now.wall = std::chrono::floor<std::chrono::milliseconds>(now.wall);
      return now;
    }

    base::Now now_;
    tests::FakeJournal none_;
    History history_;
    AlertStore ledger_;
    CheckpointReader reader_;
  };

  void compare() {
    Start whole(clock);
    for (const Entry& entry : journal.entries()) whole.each()(entry);
    Start left(clock);
    REQUIRE(journal.load(left.line(), left.each(), journal::kNewest));
    Start recalled(clock);
    REQUIRE(journal.recall(recalled.line(), recalled.each()));
    const auto expected = whole.lines();
    REQUIRE(left.lines() == expected);
    REQUIRE(recalled.lines() == expected);
  }

  std::mt19937 random_;
  int steps_ = 0;
  std::map<std::string, base::WallTime> starts_;
};

}  // namespace

TEST_CASE(
    "what is remembered is the same from the checkpoint, from what is left, and from all there ever was") {
  int shortened = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    Walk walk(seed);
    for (int i = 0; i < 120; ++i) {
      INFO("step " << i);
      walk.step();
    }
    shortened += walk.retired() > 0 ? 1 : 0;
  }
  CHECK(shortened > 20);
}
