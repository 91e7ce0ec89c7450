// Slack's incoming webhook. Source: https://api.slack.com/messaging/webhooks
#pragma once

#include <string>

#include "healer/notice.h"
#include "healer/notify/config.h"

namespace healer::notify {

// The document that Slack takes. Mentions nobody, whatever an alert's text says.
std::string slack_body(const Notice& notice, const Wording& wording);

}  // namespace healer::notify
