// Whatever happens in whatever order, with crashes at any write and disks that are full for a while: the
// published policy is never looser than the strictest cause that the healer was told of and that has not
// ended.
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using tests::Mind;
using Fault = tests::FakeJournal::Fault;

namespace {

class Walk : Mind {
 public:
  explicit Walk(std::uint32_t seed) : random_(seed) { list_now(); }

  void step() {
    try {
      act();
    } catch (const tests::Crash&) {
      restart();
    }
    judge();
  }

 private:
  std::uint32_t draw(std::uint32_t below) { return random_() % below; }

  void act() {
    switch (draw(12)) {
      case 0:
      case 1:
        return fire();
      case 2:
      case 3:
        return end();
      case 4:
      case 5:
        return list_now();
      case 6:
        return hold();
      case 7:
        return release();
      case 8:
        return restart();
      case 9:
        journal.befall(draw(2) == 0 ? Fault::kCrashBefore : Fault::kCrashAfter,
                       journal.appends() + 1 + static_cast<int>(draw(3)));
        return;
      case 10:
        journal.set_failing(draw(4) == 0);
        return;
      default:
        clock.advance(std::chrono::seconds(1 + draw(200)));
        turn();
    }
  }

  // A restart that crashes again at its first write starts once more, as the service manager does.
  void restart() {
    std::erase_if(known_, [](const auto& alert) { return !alert.second; });
    for (int i = 0; i < 5; ++i) {
      try {
        start();
        turn();
        return;
      } catch (const tests::Crash&) {
      }
    }
  }

  Alert alert_of(std::uint32_t which, bool firing) {
    const std::string policy(to_string(static_cast<Policy>(which)));
    Alert alert = tests::alert("p" + policy, {{"alertname", "P" + policy}, {"policy", policy}}, firing);
    alert.starts_at = starts_[which];
    return alert;
  }

  void fire() {
    const std::uint32_t which = 1 + draw(4);
    if (!world_[which]) starts_[which] = clock.now().wall;
    world_[which] = true;
    told(which, true);
  }

  void end() {
    const std::uint32_t which = 1 + draw(4);
    if (!world_[which]) return;
    world_[which] = false;
    told(which, false);
  }

  // By webhook: what was acknowledged counts from then on. What was not is unknown to the healer, unless it
  // says so itself.
  void told(std::uint32_t which, bool firing) {
    const Alert alert = alert_of(which, firing);
    if (!firing) known_.erase(which);  // whether or not the answer arrives, it may count as ended
    const auto accepted = decider->alerts().accept(std::vector{alert}, AlertLedger::Source::kWebhook);
    if (accepted && firing) known_[which] = true;
    turn({AlertsInput{.alerts = {alert}}});
  }

  void list_now() {
    std::vector<Alert> alerts;
    for (std::uint32_t which = 1; which <= 4; ++which) {
      if (world_[which]) {
        alerts.push_back(alert_of(which, true));
      } else {
        known_.erase(which);
      }
    }
    list(alerts);
    // What could not be written is known to this life of the healer only: the next one is blind until it gets
    // a list.
    const bool durable = decider->view()->journal_ok;
    for (std::uint32_t which = 1; which <= 4; ++which) {
      if (world_[which]) known_[which] = known_[which] || durable;
    }
  }

  void hold() {
    OperatorInput input;
    input.verb = OperatorInput::Verb::kHoldPolicy;
    input.policy = static_cast<Policy>(1 + draw(4));
    const std::optional<Policy> before =
        std::exchange(hold_, std::nullopt);  // in doubt, while it is being replaced
    if (operate(input).empty()) {
      hold_ = input.policy;
    } else {
      hold_ = before;
    }
  }

  void release() {
    OperatorInput input;
    input.verb = OperatorInput::Verb::kReleasePolicy;
    const std::optional<Policy> before = std::exchange(hold_, std::nullopt);
    if (operate(input).empty()) {
      emergency_ = false;
    } else {
      hold_ = before;
    }
  }

  void judge() {
    Policy strictest = hold_.value_or(Policy::kAllowAll);
    for (const auto& [which, durable] : known_) strictest = std::max(strictest, static_cast<Policy>(which));
    // Once published, an emergency is left by an operator's release only.
    if (emergency_) strictest = Policy::kEmergencyShutdown;
    REQUIRE(policy() >= strictest);
    REQUIRE(decider->view()->policy.policy == policy());
    if (policy() == Policy::kEmergencyShutdown && decider->view()->journal_ok) emergency_ = true;
    if (emergency_ && releasing()) emergency_ = false;
  }

  // A release that was written just before a crash was one, although nobody got its answer.
  bool releasing() {
    for (auto entry = journal.entries().rbegin(); entry != journal.entries().rend(); ++entry) {
      if (const auto* moved = std::get_if<PolicyMoved>(&entry->record.fact)) {
        if (moved->to == Policy::kEmergencyShutdown) return false;
      }
      const auto* acted = std::get_if<OperatorActed>(&entry->record.fact);
      if (acted != nullptr && acted->verb == OperatorInput::Verb::kReleasePolicy) return true;
    }
    return false;
  }

  std::mt19937 random_;
  std::map<std::uint32_t, bool> world_;  // what truly fires
  std::map<std::uint32_t, bool> known_;  // of that, what the healer was told, and whether that is on disk
  std::map<std::uint32_t, base::WallTime> starts_;
  std::optional<Policy> hold_;
  bool emergency_ = false;
};

}  // namespace

TEST_CASE(
    "no sequence of events, crashes and restarts makes the policy looser than the strictest unresolved "
    "cause") {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    Walk walk(seed);
    for (int i = 0; i < 150; ++i) {
      INFO("step " << i);
      walk.step();
    }
  }
}
