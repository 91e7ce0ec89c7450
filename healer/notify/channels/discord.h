// Discord's incoming webhook. Source: https://discord.com/developers/docs/resources/webhook#execute-webhook
#pragma once

#include <string>

#include "healer/model/notice.h"
#include "healer/notify/config.h"

namespace healer::notify {

// The request body for Discord. It mentions no user and shows no preview; text of alerts is never markup.
std::string discord_body(const Notice& notice, const Wording& wording);

}  // namespace healer::notify
