// The policy pushed over HTTP.
#pragma once

#include <memory>

#include "healer/config.h"
#include "healer/policy/output.h"

namespace healer::policy {

// POSTs each document as JSON; any answer of 200 to 299 takes it.
std::unique_ptr<Output> make_push_output(const PushPolicyConfig& config);

}  // namespace healer::policy
