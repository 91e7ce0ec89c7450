#include "healer/notify/slack.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "healer/notify/message.h"

namespace healer::notify {
namespace {

// https://api.slack.com/reference/surfaces/formatting#escaping
std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

constexpr Markup kSlack{.bold = "*",
                        .limit = 4000,  // Slack takes 40,000 characters and folds what is longer than this
                        .escape = escape,
                        .link = [](std::string_view name, std::string_view url) {
                          return fmt::format("<{}|{}>", escape(url), name);
                        }};

}  // namespace

std::string slack_body(const Notice& notice, const Wording& wording) {
  // Fetching a preview would use up a link that counts once.
  const nlohmann::json body{
      {"text", message_text(notice, wording, kSlack)}, {"unfurl_links", false}, {"unfurl_media", false}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace healer::notify
