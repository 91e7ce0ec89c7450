// The API for playbooks: list them, run one manually, undo an action.
#include <algorithm>

#include "base/text/utf8.h"
#include "healer/api/api.h"
#include "healer/api/command_body.h"
#include "healer/api/json_views.h"

namespace healer {

using base::http::json_error;

Api::Response Api::playbooks(const Request&) {
  return base::http::json(200, success(playbooks_json(*parts_.config(), *parts_.view())));
}

Api::Response Api::run_playbook(const Request& request) {
  const auto body = CommandBody::parse(request.body, {"target", "reason"});
  if (!body) return json_error(400, body.error().message);
  const std::string& name = request.captures.at(0);
  const auto config = parts_.config();
  if (std::ranges::find(config->playbooks, name, &Playbook::name) == config->playbooks.end()) {
    return json_error(404, fmt::format("unknown playbook \"{}\"", base::excerpt(name)));
  }
  // The decider publishes its snapshot before it answers, so the newest manual incident is this one.
  return command(
      RunPlaybook{name, body->text("target")}, body->text("reason"), request, [this, &name]() -> std::string {
        const auto view = parts_.view();
        const auto found = std::ranges::find_if(view->incidents, [&](const IncidentView& incident) {
          return incident.playbook == name && !incident.started_by.empty();
        });
        return found == view->incidents.end() ? "{}" : incident_json(*found, *view);
      });
}

Api::Response Api::undo_action(const Request& request) {
  const auto body = CommandBody::parse(request.body, {"reason"});
  if (!body) return json_error(400, body.error().message);
  const auto reason = body->required("reason");
  if (!reason) return json_error(400, reason.error().message);
  const std::string undone = fmt::format("{}/{}", request.captures.at(0), request.captures.at(1));
  // The newest incident that undoes it; an earlier one may have failed.
  return command(UndoAction{undone}, *reason, request, [this, &undone]() -> std::string {
    const auto view = parts_.view();
    const auto found = std::ranges::find(view->incidents, undone, &IncidentView::undoes);
    return found == view->incidents.end() ? "{}" : incident_json(*found, *view);
  });
}

}  // namespace healer
