#include "healer/api/json_views.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/os/clock.h"
#include "healer/actions/table.h"
#include "healer/state/incident.h"

namespace healer {
namespace {

// Fields in the order in which they are best read.
using json = nlohmann::ordered_json;

std::string text_of(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

json time_or_null(const std::optional<base::WallTime>& time) {
  return time ? json(base::rfc3339(*time)) : json();
}

json to_json(const Target& target) { return {{"kind", target.kind}, {"name", target.name}}; }

json to_json(const Approval& approval) {
  return {{"id", approval.id},
          {"state", to_string(approval.state)},
          {"incident", incident_id(approval.incident)},
          {"action_id", approval.action_id},
          {"playbook", approval.playbook},
          {"rung", approval.rung},
          {"action", approval.action},
          {"target", to_json(approval.target)},
          {"description", approval.description},
          {"refusal", to_string(approval.refusal)},
          {"requested_at", base::rfc3339(approval.requested_at)},
          {"expires_at", base::rfc3339(approval.expires_at)},
          {"who", approval.who},
          {"reason", approval.reason}};
}

json to_json(const Recommendation& recommendation) {
  const actions::Info& about = actions::info(recommendation.action);
  return {{"id", recommendation.id()},
          {"incident", incident_id(recommendation.incident)},
          {"issue", recommendation.issue},
          {"priority", recommendation.priority},
          {"action", recommendation.action},
          {"action_id", recommendation.action_id},
          {"playbook", recommendation.playbook},
          {"rung", recommendation.rung},
          {"target", to_json(recommendation.target)},
          {"description", recommendation.description},
          {"expected_result", about.expected},
          {"risks", about.risk},
          {"automatic", recommendation.automatic},
          {"needs_approval", recommendation.approval},
          {"at", base::rfc3339(recommendation.at)},
          {"outcome", to_string(recommendation.outcome)},
          {"refusal", recommendation.refusal ? json(to_string(*recommendation.refusal)) : json()},
          {"detail", recommendation.detail}};
}

json ever(base::WallTime time) { return time == base::WallTime{} ? json() : json(base::rfc3339(time)); }

json to_json(const IncidentView& incident, const View& view) {
  const Approval* approval = pending_approval(incident, view);
  json timeline = json::array();
  for (const TimelineEntry& entry : incident.timeline) {
    timeline.push_back({{"at", base::rfc3339(entry.at)}, {"what", entry.what}, {"detail", entry.detail}});
  }
  json undos = json::array();
  for (const IncidentView::Undo& undo : incident.undos) {
    undos.push_back({{"action_id", undo.action_id},
                     {"action", undo.action},
                     {"by", undo.by},
                     {"incident", undo.incident.empty() ? json() : json(undo.incident)},
                     {"undone", undo.undone}});
  }
  return {{"id", incident.id},
          {"state", to_string(incident.state)},
          {"playbook", incident.playbook},
          {"subsystem", incident.subsystem},
          {"severity", incident.severity},
          {"target", {{"kind", incident.target.kind}, {"name", incident.target.name}}},
          {"alerts", incident.alert_names},
          {"refusal", incident.refusal ? json(to_string(*incident.refusal)) : json()},
          {"refusal_detail", incident.refusal_detail},
          {"waits_for", incident.waits_for},
          {"requires_approval", approval != nullptr},
          {"waiting_action", approval == nullptr ? json() : json(approval->action)},
          {"approval", approval == nullptr ? json() : to_json(*approval)},
          {"blocks", incident.blocks},
          {"rung", incident.rung},
          {"actions", incident.actions},
          {"alert_starts_at", base::rfc3339(incident.alert_starts_at)},
          {"opened_at", base::rfc3339(incident.opened_at)},
          {"closed_at", time_or_null(incident.closed_at)},
          {"recommendation", incident.recommendation ? to_json(*incident.recommendation) : json()},
          {"started_by", incident.started_by.empty() ? json() : json(incident.started_by)},
          {"reason", incident.started_by.empty() ? json() : json(incident.reason)},
          {"undoes", incident.undoes.empty() ? json() : json(incident.undoes)},
          {"undo", std::move(undos)},
          {"timeline", timeline},
          {"story", std::move(timeline)}};  // deprecated: the same
}

}  // namespace

const Approval* pending_approval(const IncidentView& incident, const View& view) {
  if (!is_open(incident.state)) return nullptr;
  const auto found = std::ranges::find_if(view.approvals, [&](const Approval& approval) {
    return approval.state == Approval::State::kPending && incident_id(approval.incident) == incident.id;
  });
  return found == view.approvals.end() ? nullptr : &*found;
}

std::string incident_json(const IncidentView& incident, const View& view,
                          const actions::RunProgress::Run& progress) {
  json document = to_json(incident, view);
  document["progress"] = progress.lines;
  document["passed"] = progress.passed ? json(*progress.passed) : json();
  return text_of(document);
}

std::string incidents_json(const View& view, Listed listed) {
  json all = json::array();
  for (const IncidentView& incident : view.incidents) {
    const bool open = is_open(incident.state);
    if (listed == Listed::kAll || open == (listed == Listed::kOpen)) all.push_back(to_json(incident, view));
  }
  return text_of(all);
}

std::string approvals_json(const View& view, bool pending) {
  json all = json::array();
  for (const Approval& approval : view.approvals) {
    if (!pending || approval.state == Approval::State::kPending) all.push_back(to_json(approval));
  }
  return text_of(all);
}

std::string recommendations_json(const View& view) {
  json all = json::array();
  for (const Recommendation& recommendation : view.recommendations) all.push_back(to_json(recommendation));
  return text_of(all);
}

std::string playbooks_json(const Config& config, const View& view) {
  json all = json::array();
  for (const Playbook& playbook : config.playbooks) {
    json actions = json::array();
    for (const Rung& rung : playbook.rungs) actions.push_back(rung.action);
    json entry{{"name", playbook.name},
               {"task", playbook.task.empty() ? json() : json(playbook.task)},
               {"accepts", playbook.accepts},
               {"actions", std::move(actions)}};
    if (const auto task = view.tasks.find(playbook.task); task != view.tasks.end()) {
      entry["last_run"] = ever(task->second.last_run);
      entry["last_success"] = ever(task->second.last_success);
    } else {
      entry["last_run"] = entry["last_success"] = nullptr;
    }
    // Incidents are newest first.
    const auto last = std::ranges::find(view.incidents, playbook.name, &IncidentView::playbook);
    entry["last_incident"] = last == view.incidents.end()
                                 ? json()
                                 : json{{"id", last->id},
                                        {"state", to_string(last->state)},
                                        {"opened_at", base::rfc3339(last->opened_at)}};
    all.push_back(std::move(entry));
  }
  return text_of(all);
}

std::string chain_json(const ChainView& chain) {
  json rulers = json::object();
  for (const auto& [name, ruler] : chain.rulers) {
    const auto missing = chain.missing_rules.find(name);
    rulers[name] = {
        {"up", ruler.up},
        {"rules", ruler.rules},
        {"error", ruler.error},
        {"missing_rules", missing == chain.missing_rules.end() ? json::array() : json(missing->second)}};
  }
  const auto word = [](const std::optional<Policy>& policy) {
    return policy ? json(to_string(*policy)) : json(nullptr);
  };
  return text_of({{"ok", chain.ok},
                  {"problems", chain.problems},
                  {"demanded", word(chain.demanded)},
                  {"delivered", word(chain.delivered)},
                  {"rulers", std::move(rulers)}});
}

std::string pause_json(const View& view) {
  return text_of({{"paused", view.pause_reason.has_value()},
                  {"reason", view.pause_reason.value_or("")},
                  {"until", time_or_null(view.paused_until)}});
}

std::string success(const std::string& data) { return R"({"status":"success","data":)" + data + "}"; }

}  // namespace healer
