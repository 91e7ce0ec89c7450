// The trading policy as JSON.
#pragma once

#include <string>

#include "healer/model/policy/policy_document.h"

namespace healer {

// {"new_positions":"reduced","max_leverage":5.0,…}: the permissions in force, beside the policy's name.
std::string restrictions_json(const policy::Permissions& permissions);
// The document of GET /policy and of the policy file, with a newline at its end.
std::string policy_document(const PolicyDocument& document);

}  // namespace healer
