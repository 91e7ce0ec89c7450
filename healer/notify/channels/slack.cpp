#include "healer/notify/channels/slack.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "healer/notify/message.h"

namespace healer::notify {
namespace {

// https://api.slack.com/reference/surfaces/formatting#escaping
std::string entities(std::string_view text) {
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

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Slack has no escape for *, _, ~ and `: they are replaced by characters that look like them. An underscore
// between two letters is not markup, so container names stay unchanged. A > at the beginning of a line would
// quote it, even as an entity.
std::string escape(std::string_view text) {
  std::string plain;
  bool line_begins = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool inside =
        i > 0 && i + 1 < text.size() && is_alphanumeric(text[i - 1]) && is_alphanumeric(text[i + 1]);
    if (c == '*') {
      plain += "\u2217";
    } else if (c == '~') {
      plain += "\u223C";
    } else if (c == '`') {
      plain += "\u02CB";
    } else if (c == '_' && !inside) {
      plain += "\uFF3F";
    } else if (c == '>' && line_begins) {
      plain += "\u203A";
    } else {
      plain += c;
    }
    line_begins = c == '\n' || (line_begins && c == ' ');
  }
  return entities(plain);
}

constexpr Markup kSlack{.bold = "*",
                        .limit = 4000,  // Slack accepts 40,000 characters but folds longer messages
                        .escape = escape,
                        .escape_template = entities,
                        .link = [](std::string_view name, std::string_view url) {
                          return fmt::format("<{}|{}>", entities(url), name);
                        }};

}  // namespace

std::string slack_body(const Notice& notice, const Wording& wording) {
  // Fetching a preview would use up a one-time link.
  const nlohmann::json body{
      {"text", message_text(notice, wording, kSlack)}, {"unfurl_links", false}, {"unfurl_media", false}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace healer::notify
