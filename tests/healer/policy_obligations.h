// What the published policy must obey in a random walk: the causes that the healer knows of and that have not
// ended, kept beside the decider and apart from it.
#pragma once

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

namespace tests {

class Obliged : public DeciderFixture {
 protected:
  using Policy = healer::Policy;
  using State = healer::State;
  using IncidentView = healer::IncidentView;
  using PolicyDocument = healer::PolicyDocument;
  using PolicyMoved = healer::PolicyMoved;
  using OperatorActed = healer::OperatorActed;
  struct Run {
    Policy policy{};
    base::MonoTime until{};
  };
  using Causes = std::map<std::string, healer::policy::Cause>;

  // What must hold now, by names of the test's own.
  Causes causes() const {
    Causes all;
    const auto add = [&all](bool holds, const std::string& name, Policy policy, bool halts = false) {
      if (holds) all[name] = {policy, name, halts};
    };
    add(hold_.has_value(), fmt::format("hold {}", static_cast<int>(hold_.value_or(Policy::kAllowAll))),
        hold_.value_or(Policy::kAllowAll));
    for (const auto& [which, durable] : known_)
      add(true, fmt::format("alert {}", which), static_cast<Policy>(which));
    for (const auto& [action, lease] : leases_) add(true, "lease " + action, lease.policy);
    for (const std::string& action : halts_) add(true, "halt " + action, Policy::kNoNewTrades, true);
    for (const IncidentView& incident : decider->view()->incidents) {
      add(incident.playbook == "restart_container" &&
              (incident.state == State::kRunning || incident.state == State::kVerifying ||
               incident.state == State::kProbation || incident.state == State::kUnknown),
          "healing " + incident.id, Policy::kNoNewTrades);
    }
    const base::MonoTime now = clock.now().mono;
    add(now >= watchdog_heard_ + config.policy.watchdog_timeout, "silence", Policy::kNoNewTrades);
    add(now >= prometheus_heard_ + config.policy.prometheus_timeout, "unreachable", Policy::kNoNewTrades);
    add(blind_, "starting", Policy::kNoNewTrades);
    add(effects.last_publish_failed, "file", Policy::kNoNewTrades);
    add(!decider->view()->journal_ok, "journal", Policy::kNoNewTrades);
    // Once published, an emergency is left by an operator's release only.
    add(emergency_, "emergency", Policy::kEmergencyShutdown);
    return all;
  }

  static void judge(const PolicyDocument& document, const Causes& causes) {
    REQUIRE(
        healer::policy::at_most(document.permissions, healer::policy::permissions_of(document.policy, {})));
    for (const auto& [name, cause] : causes) {
      INFO(name);
      REQUIRE(document.policy >= cause.demands);
      REQUIRE(
          healer::policy::at_most(document.permissions, healer::policy::permissions_of(cause.demands, {})));
      if (cause.halts) REQUIRE(healer::policy::at_most(document.permissions, healer::policy::halted()));
    }
  }

  // What held before and holds still held in between.
  void judge(Causes before, std::size_t published) {
    const Causes now = causes();
    std::erase_if(before, [&](const auto& cause) { return !now.contains(cause.first); });
    for (std::size_t i = published; i < effects.published.size(); ++i) judge(effects.published[i], before);
    const PolicyDocument& document = effects.published.back();
    judge(document, now);
    REQUIRE(decider->view()->policy.policy == document.policy);
    REQUIRE(decider->view()->policy.permissions == document.permissions);
    REQUIRE(document.issued_at <= clock.now().wall);
    REQUIRE(document.valid_until - document.issued_at == config.policy.lease);
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
      if (acted != nullptr && acted->verb == OperatorActed::Verb::kReleasePolicy) return true;
    }
    return false;
  }

  std::map<std::uint32_t, bool> known_;  // of that, what the healer was told, and whether that is on disk
  std::map<std::string, Run> leases_;    // by action: what it demands, until when
  std::set<std::string> halts_;          // actions that halted trading and are not undone
  base::MonoTime watchdog_heard_{};
  base::MonoTime prometheus_heard_{};
  std::optional<Policy> hold_;
  bool emergency_ = false;
  bool blind_ = true;  // no whole list was read in this life
};

}  // namespace tests
