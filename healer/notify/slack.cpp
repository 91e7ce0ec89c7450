#include "healer/notify/slack.h"

#include <nlohmann/json.hpp>

#include "healer/notify/message.h"

namespace healer::notify {
namespace {

// https://api.slack.com/reference/surfaces/formatting#escaping
std::string escape(const std::string& text) {
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

}  // namespace

std::string slack_body(const Notice& notice, std::string_view stack) {
  constexpr std::size_t kMax = 3000;  // longer ones Slack folds away
  const nlohmann::json body{{"text", escape(cut(message_text(notice, stack, "*"), kMax))}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace healer::notify
