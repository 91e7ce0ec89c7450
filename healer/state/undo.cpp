#include "healer/state/undo.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/text/json.h"

namespace healer {
namespace {

constexpr std::string_view kUndoes = "undoes";  // parameter of kResumeTrading: the restriction that it lifts

// The restrictions that an incident on trading as a whole imposes or lifts, by names of actions. Any other
// action is "".
std::set<std::string, std::less<>> concerns(const Incident& incident, const Config& config) {
  std::set<std::string, std::less<>> names;
  if (incident.undo && resumes_trading(*incident.undo)) {
    names.insert(lifted_by(*incident.undo));
    return names;
  }
  const auto add = [&names](const std::string& action) {
    names.insert(restricts_trading(action) ? action : std::string());
  };
  const Playbook* playbook = incident.undo ? nullptr : find_playbook(config, incident.playbook);
  if (playbook != nullptr) {
    for (const Rung& rung : playbook->rungs) add(rung.action);
  }
  if (!incident.action.empty()) add(incident.action);
  return names;
}

// It lifts every restriction, as in versions without named restrictions.
bool lifts_all(const Incident& incident) {
  return incident.undo && resumes_trading(*incident.undo) && lifted_by(*incident.undo).empty();
}

}  // namespace

bool resumes_trading(const Undo& undo) { return undo.action == kResumeTrading; }

std::string lifted_by(const Undo& undo) {
  const auto parameters = base::parse_json(undo.parameters);
  if (!parameters || !parameters->is_object()) return "";
  const auto found = parameters->find(kUndoes);
  return found != parameters->end() && found->is_string() ? found->get<std::string>() : "";
}

std::optional<Undo> undo_of_interrupted(std::string_view action) {
  if (!restricts_trading(action)) return std::nullopt;
  return Undo{std::string(kResumeTrading), "{}"};
}

Target undo_target(const Undo& undo, const Target& acted_on) {
  return resumes_trading(undo) ? Target{std::string(kTrading), std::string(kTrading)} : acted_on;
}

bool restricts_trading(const Incident& incident, std::string_view restriction) {
  const auto is_it = [restriction](std::string_view action) {
    return restriction.empty() ? restricts_trading(action) : action == restriction;
  };
  const bool acts = incident.state == State::kIntent || incident.state == State::kRunning;
  if (acts && is_it(incident.action)) return true;
  return std::ranges::any_of(incident.undoable, [&](const auto& entry) {
    return resumes_trading(entry.second.by) && !entry.second.undone && is_it(entry.second.action);
  });
}

bool independent(const Incident& a, const Incident& b, const Config& config) {
  if (a.target.kind != kTrading || b.target.kind != kTrading) return false;
  if (lifts_all(a) || lifts_all(b)) return false;
  const auto of_a = concerns(a, config);
  const auto of_b = concerns(b, config);
  return std::ranges::none_of(of_a, [&](const std::string& name) { return of_b.contains(name); });
}

std::string attempts_key(const Target& target, std::string_view playbook) {
  std::string key = target.key();
  if (target.kind == kTrading) key.append("/").append(playbook);
  return key;
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
  const Undoable& undone = incident.undoable.at(count);
  Undo undo = undone.by;
  // Lifts only this one of several restrictions.
  if (resumes_trading(undo) && restricts_trading(undone.action))
    undo.parameters = nlohmann::json{{kUndoes, undone.action}}.dump();
  return {.playbook = std::string(kUndoPlaybook),
          .subsystem = incident.subsystem,
          .severity = "info",
          .target = undo_target(undone.by, incident.target),
          .fingerprint = "",
          .alert_name = "",
          .alert_starts_at = at,
          .started_by = std::move(who),
          .reason = std::move(reason),
          .undoes = action_id_of(incident.number, count),
          .undo = std::move(undo)};
}

std::vector<IncidentOpened> undone_when_healed(const Incident& incident, const Playbook* playbook,
                                               base::WallTime at) {
  std::vector<IncidentOpened> undos;
  if (playbook == nullptr || !playbook->undo_when_healed || !incident.started_by.empty()) return undos;
  for (const auto& [count, undoable] : incident.undoable) {
    if (undoable.undone || undoable.incident != 0) continue;
    undos.push_back(open_undo(incident, count, "salus", incident.id() + " is healed", at));
  }
  return undos;
}

}  // namespace healer
