#include "healer/undo.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace healer {
namespace {

constexpr std::string_view kResume = "resume_trading";

}  // namespace

// Whoever is to be asked may be away for a moment, and what is taken back may be taken back again. That
// nothing is disrupted by it is what lets it pass in quiet hours and in a storm: it is a person's word, or it
// follows from what was healed.
Playbook undo_playbook() {
  Rung rung{.action = std::string(kUndo), .attempts = 3, .timeout = std::chrono::minutes(2)};
  rung.disruptive = false;
  Playbook playbook;
  playbook.name = kUndo;
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

bool resumes_trading(const Undo& undo) { return undo.action == kResume; }

std::optional<Undo> undo_of_interrupted(std::string_view action) {
  constexpr std::array<std::string_view, 4> kRestrict{"defensive_exit", "no_new_trades", "pause_trading",
                                                      "switch_to_safe_profile"};
  if (std::ranges::find(kRestrict, action) == kRestrict.end()) return std::nullopt;
  return Undo{std::string(kResume), "{}"};
}

Target undo_target(const Undo& undo, const Target& acted_on) {
  return resumes_trading(undo) ? Target{std::string(kTrading), std::string(kTrading)} : acted_on;
}

bool restricts_trading(const Incident& incident) {
  return std::ranges::any_of(incident.undoable, [](const auto& entry) {
    return resumes_trading(entry.second.by) && !entry.second.taken_back;
  });
}

ActionName parse_action_id(std::string_view id) {
  const auto slash = id.find('/');
  if (slash == std::string_view::npos) return {};
  const auto incident = parse_incident_id(id.substr(0, slash));
  ActionName name;
  const std::string_view count = id.substr(slash + 1);
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), name.count);
  if (!incident || error != std::errc() || end != count.data() + count.size() || name.count < 1) return {};
  name.incident = *incident;
  return name;
}

IncidentOpened open_undo(const Incident& incident, int count, std::string who, std::string reason,
                         base::WallTime at) {
  const Undo& undo = incident.undoable.at(count).by;
  return {.playbook = std::string(kUndo),
          .subsystem = incident.subsystem,
          .severity = "info",
          .target = undo_target(undo, incident.target),
          .fingerprint = "",
          .alert_name = "",
          .alert_starts_at = at,
          .asked_by = std::move(who),
          .reason = std::move(reason),
          .undoes = action_id_of(incident.number, count),
          .undo = undo};
}

std::vector<IncidentOpened> undone_when_healed(const Incident& incident, const Playbook* playbook,
                                               base::WallTime at) {
  std::vector<IncidentOpened> undos;
  if (playbook == nullptr || !playbook->undo_when_healed || !incident.asked_by.empty()) return undos;
  for (const auto& [count, undoable] : incident.undoable) {
    if (undoable.taken_back || undoable.incident != 0) continue;
    undos.push_back(open_undo(incident, count, "salus", incident.id() + " is healed", at));
  }
  return undos;
}

}  // namespace healer
