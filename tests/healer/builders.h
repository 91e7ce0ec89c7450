// Values that many tests of the core begin with.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "healer/journal/records/record.h"
#include "healer/state/history/history.h"
#include "tests/fakes/fake_clock.h"

namespace tests {

inline healer::Alert alert(std::string fingerprint, healer::Labels labels, bool firing = true) {
  labels.emplace("alertname", "ContainerDown");
  healer::Alert alert;
  alert.fingerprint = std::move(fingerprint);
  alert.firing = firing;
  alert.labels = std::move(labels);
  alert.starts_at = base::WallTime(std::chrono::seconds(1765944000));
  return alert;
}

// As AlertsInput::held.
inline std::map<std::string, std::string> silenced(const std::vector<std::string>& fingerprints) {
  std::map<std::string, std::string> held;
  for (const std::string& fingerprint : fingerprints) held[fingerprint] = "silenced";
  return held;
}

// A history that is told facts one after another, at a time that the test moves.
class Memory {
 public:
  std::uint64_t tell(healer::Fact fact) {
    const base::Now now = clock.now();
    history.apply({++seq_, {now.wall, std::move(fact)}}, now.mono);
    return seq_;
  }
  std::uint64_t open(const std::string& fingerprint, const healer::Target& target,
                     const std::string& playbook = "restart_container") {
    return tell(healer::IncidentOpened{.playbook = playbook,
                                       .subsystem = "",
                                       .severity = "critical",
                                       .target = target,
                                       .fingerprint = fingerprint,
                                       .alert_name = "ContainerDown",
                                       .alert_starts_at = clock.now().wall});
  }
  void move(std::uint64_t incident, healer::State from, healer::State to,
            std::optional<healer::Refusal> refusal = std::nullopt) {
    tell(healer::IncidentMoved{incident, from, to, refusal, ""});
  }
  // From intent to the end of the action.
  void act(std::uint64_t incident, healer::State from, const healer::Target& target, std::size_t rung = 0,
           healer::ActionFinished::Outcome outcome = healer::ActionFinished::Outcome::kSuccess) {
    const std::string id = healer::incident_id(incident) + "/x";
    move(incident, from, healer::State::kIntent);
    tell(healer::ActionIntended{incident, id, "restart_container", "container_restart", rung, target,
                                "restart it"});
    move(incident, healer::State::kIntent, healer::State::kRunning);
    tell(healer::ActionFinished{incident, id, outcome, ""});
  }

  FakeClock clock;
  healer::History history;

 private:
  std::uint64_t seq_ = 0;
};

inline const healer::Target kRedis{"container", "quantum_redis"};
inline const healer::Target kBot{"container", "quantum_trading_bot"};

}  // namespace tests
