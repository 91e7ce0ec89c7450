// Discord's incoming webhook. Source: https://discord.com/developers/docs/resources/webhook#execute-webhook
#pragma once

#include <string>

#include "healer/notice.h"
#include "healer/notify/config.h"

namespace healer::notify {

// The document that Discord takes. Mentions nobody and previews nothing, and what an alert says is plain
// text.
std::string discord_body(const Notice& notice, const Wording& wording);

}  // namespace healer::notify
