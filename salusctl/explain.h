// salusctl explain: what the healer would do about an alert, and why. Needs no running healer.
#pragma once

#include <string>

#include "base/os/clock.h"
#include "salusctl/command.h"

namespace healer::salusctl {

struct Explain {
  std::string
      alert_file;  // Alertmanager's webhook body, its GET /api/v2/alerts, or one alert of these; "-": stdin
  std::string config_file = "/etc/salus/healer.yml";
  std::string subsystems_file = {};  // empty: subsystems.yml beside the configuration
  std::string journal_file = {};     // for past actions, only read; empty: none
  bool json = false;
};

// Exit codes: 0 every alert would be acted on, 1 one is refused, 2 bad input.
Output explain_alerts(const Explain& wanted, const base::Clock& clock);

}  // namespace healer::salusctl
