// Slack's incoming webhook. Source: https://api.slack.com/messaging/webhooks
#pragma once

#include <string>

#include "healer/model/notice.h"
#include "healer/notify/config.h"

namespace healer::notify {

// The request body for Slack. It mentions no user, whatever the text of an alert contains.
std::string slack_body(const Notice& notice, const Wording& wording);

}  // namespace healer::notify
