// The healer's state as JSON.
#pragma once

#include <optional>
#include <string>

#include "healer/config.h"
#include "healer/effects.h"
#include "healer/view.h"

namespace healer {

// Whether the trading system may open a position: both the policy's name and the permissions must allow it.
bool may_open_positions(const PolicyDocument& document);
// Whether it may trade without restriction to exits. False while trading is halted.
bool trading_allowed(const PolicyDocument& document);

// {"new_positions":"reduced","max_leverage":5.0,…}: the permissions in force, beside the policy's name.
std::string restrictions_json(const policy::Permissions& permissions);
// The document of GET /policy and of the policy file, with a newline at its end.
std::string policy_document(const PolicyDocument& document);

std::string incident_json(const IncidentView& incident);
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
// `warning`: why the data is incomplete, in the list "warnings" as in Prometheus's API.
std::string success(const std::string& data, const std::optional<std::string>& warning = std::nullopt);

}  // namespace healer
