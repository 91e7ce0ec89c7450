#include "healer/notify/discord.h"

#include <nlohmann/json.hpp>

#include "healer/notify/message.h"

namespace healer::notify {

std::string discord_body(const Notice& notice, std::string_view stack) {
  constexpr std::size_t kMax = 1900;  // Discord takes 2,000 characters
  const nlohmann::json body{{"content", cut(message_text(notice, stack, "**"), kMax)},
                            {"allowed_mentions", {{"parse", nlohmann::json::array()}}}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace healer::notify
