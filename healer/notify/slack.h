// Slack's incoming webhook. Source: https://api.slack.com/messaging/webhooks
#pragma once

#include <string>
#include <string_view>

#include "healer/effects.h"

namespace healer::notify {

// The document that Slack takes. Mentions nobody, whatever an alert's text says.
std::string slack_body(const Notice& notice, std::string_view stack);

}  // namespace healer::notify
