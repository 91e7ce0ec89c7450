#include "healer/notify/discord.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "healer/notify/message.h"

namespace healer::notify {
namespace {

constexpr Markup kDiscord{
    .bold = "**",
    .limit = 2000,
    .escape = [](std::string_view text) { return std::string(text); },
    // In angle brackets Discord shows no preview: fetching one would use up a link that counts once.
    .link = [](std::string_view name, std::string_view url) { return fmt::format("{}: <{}>", name, url); }};

}  // namespace

std::string discord_body(const Notice& notice, const Wording& wording) {
  const nlohmann::json body{{"content", message_text(notice, wording, kDiscord)},
                            {"allowed_mentions", {{"parse", nlohmann::json::array()}}}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace healer::notify
