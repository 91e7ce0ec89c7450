// salusctl replay: repeats the decisions of a journal. Needs no running healer.
#pragma once

#include <string>

#include "base/os/clock.h"
#include "salusctl/command.h"

namespace healer::salusctl {

struct ReplayJournal {
  std::string journal_file;
  std::string config_file = "/etc/salus/healer.yml";
  std::string subsystems_file = {};  // empty: subsystems.yml beside the configuration
  bool json = false;
};

// Exit codes: 0 the same decisions, 1 one differs, 2 bad input.
Output replay_journal(const ReplayJournal& wanted, const base::Clock& clock);

}  // namespace healer::salusctl
