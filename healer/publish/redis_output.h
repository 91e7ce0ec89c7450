// The policy as a key of Redis that expires with the document, and a message at each change.
#pragma once

#include <memory>

#include "healer/config/config.h"
#include "healer/publish/output.h"

namespace healer::policy {

// SET key document PX remaining-time, and PUBLISH channel document when the policy or its causes differ from
// those published last. Keeps its connection; a broken one is opened again at the next delivery. The
// password's file is read whenever a connection is opened. Both commands are one transaction on a watched
// key, so that an older document never replaces a newer one. If a server refuses the document, for example
// for lack of memory, the key is deleted when its old document may allow more.
std::unique_ptr<Output> make_redis_output(const RedisPolicyConfig& config);

}  // namespace healer::policy
