// The policy as a key of Redis that expires with the document, and a message at each change.
#pragma once

#include <memory>

#include "healer/config.h"
#include "healer/policy/output.h"

namespace healer::policy {

// SET key document PX what-is-left, and PUBLISH channel document when the policy or its causes are others
// than those told last. Keeps its connection; one that broke is opened anew at the next delivery. The
// password's file is read whenever a connection is opened. Both commands are one transaction on a watched
// key, so that an older document never replaces a newer one. A server that refuses the document, for want of
// memory for example, has the key deleted when what it holds may allow more.
std::unique_ptr<Output> make_redis_output(const RedisPolicyConfig& config);

}  // namespace healer::policy
