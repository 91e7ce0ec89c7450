// A notice as people read it in a chat.
#pragma once

#include <string>
#include <string_view>

#include "healer/effects.h"

namespace healer::notify {

// What begins and ends bold text: ** in Discord, * in Slack.
std::string message_text(const Notice& notice, std::string_view stack, std::string_view bold);

// `text` cut to at most `max_bytes`, at a character's end, with … where something was cut.
std::string cut(std::string text, std::size_t max_bytes);

}  // namespace healer::notify
