// The policy pushed over HTTP.
#pragma once

#include <memory>

#include "healer/config/config.h"
#include "healer/publish/output.h"

namespace healer::policy {

// POSTs each document as JSON; any status from 200 to 299 is a success.
std::unique_ptr<Output> make_push_output(const PushPolicyConfig& config);

}  // namespace healer::policy
