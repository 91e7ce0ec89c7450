// What the healer tells the world about itself, as JSON.
#pragma once

#include <optional>
#include <string>

#include "healer/config.h"
#include "healer/effects.h"
#include "healer/view.h"

namespace healer {

// What the trading system asks before it opens a position: both the word and the permissions must allow it.
bool may_open_positions(const PolicyDocument& document);
// Whether it may trade without restriction to exits; it may not while trading is halted.
bool trading_allowed(const PolicyDocument& document);

// {"new_positions":"reduced","max_leverage":5.0,…}: what holds, beside the policy's word.
std::string restrictions_json(const policy::Permissions& permissions);
// The document of GET /policy and of the policy file, with a newline at its end.
std::string policy_document(const PolicyDocument& document);

std::string incident_json(const IncidentView& incident);
// Newest first; `pending`: only those that wait for an answer.
std::string approvals_json(const View& view, bool pending);
// Newest first, each with what its action is expected to do and what it risks.
std::string recommendations_json(const View& view);
// Whether an incident is listed: open ones, closed ones or both.
enum class Listed { kOpen, kClosed, kAll };
std::string incidents_json(const View& view, Listed listed);
// What can be run by hand, in the order of the configuration, and when each last was.
std::string playbooks_json(const Config& config, const View& view);
// {"paused":true,"reason":"…","until":"…Z"}; `until` is null when only a person ends it.
// The way from the rules to the healer.
std::string chain_json(const ChainView& chain);
std::string pause_json(const View& view);

// {"status":"success","data":…} around a JSON text.
// `warning`: why the data is less than was asked for, in the list "warnings" as Prometheus has it.
std::string success(const std::string& data, const std::optional<std::string>& warning = std::nullopt);

}  // namespace healer
