#include "healer/config/config.h"

#include <algorithm>

namespace healer {

// It has several attempts, because the server may be unreachable for a short time and an undo can be
// repeated. It counts as not disruptive, so that it runs in quiet hours and in a storm: an operator requested
// it, or it follows from a healed incident.
Playbook undo_playbook() {
  Rung rung{.action = std::string(kUndoPlaybook), .attempts = 3, .timeout = std::chrono::minutes(2)};
  rung.disruptive = false;
  Playbook playbook;
  playbook.name = kUndoPlaybook;
  playbook.acts_on.clear();
  playbook.rungs = {std::move(rung)};
  playbook.cooldown = {};
  playbook.cooldown_max = {};
  playbook.attempts = 10000;
  playbook.on_crash = OnCrash::kRetry;
  playbook.verify.monitored = false;
  playbook.verify.healthy_for = {};
  return playbook;
}

const Playbook* find_playbook(const Config& config, std::string_view name) {
  if (name == kUndoPlaybook) return &config.undo;
  const auto found = std::ranges::find(config.playbooks, name, &Playbook::name);
  return found == config.playbooks.end() ? nullptr : &*found;
}

}  // namespace healer
