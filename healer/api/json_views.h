// The healer's state as JSON.
#pragma once

#include <optional>
#include <string>

#include "healer/actions/run_progress.h"
#include "healer/config/config.h"
#include "healer/engine/effects.h"
#include "healer/state/snapshot.h"

namespace healer {

// `view` contains the approval that the incident may wait for.
std::string incident_json(const IncidentView& incident, const View& view,
                          const actions::RunProgress::Run& progress = {});
// The approval that an open incident waits for; nullptr: none.
const Approval* pending_approval(const IncidentView& incident, const View& view);
// Newest first; `pending`: only those that wait for an answer.
std::string approvals_json(const View& view, bool pending);
// Newest first, each with what its action is expected to do and what it risks.
std::string recommendations_json(const View& view);
// Which incidents to list.
enum class Listed { kOpen, kClosed, kAll };
std::string incidents_json(const View& view, Listed listed);
// What can be run manually, in the order of the configuration, and when each last ran.
std::string playbooks_json(const Config& config, const View& view);
// The path from the rules to the healer.
std::string chain_json(const ChainView& chain);
// {"paused":true,"reason":"…","until":"…Z"}; `until` is null when only an operator ends it.
std::string pause_json(const View& view);

// {"status":"success","data":…} around a JSON text.
std::string success(const std::string& data);

}  // namespace healer
