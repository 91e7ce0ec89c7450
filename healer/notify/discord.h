// Discord's incoming webhook. Source: https://discord.com/developers/docs/resources/webhook#execute-webhook
#pragma once

#include <string>
#include <string_view>

#include "healer/effects.h"

namespace healer::notify {

// The document that Discord takes. Mentions nobody, whatever an alert's text says.
std::string discord_body(const Notice& notice, std::string_view stack);

}  // namespace healer::notify
