// Which notices a notifier is sent.
#pragma once

#include "healer/config/notify_config.h"
#include "healer/model/notice.h"

namespace healer::notify {

// Whether the notice passes all filters of the notifier: `only`, `tasks`, `min_severity`, `containers`,
// `playbooks`. With `containers` or `playbooks`, a notice about none of them is not sent.
bool accepts(const NotifierConfig& notifier, const Notice& notice);

}  // namespace healer::notify
