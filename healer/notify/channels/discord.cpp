#include "healer/notify/channels/discord.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "healer/notify/message.h"

namespace healer::notify {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The position of the character to escape in a line that would be a heading, a quotation or a list; npos:
// none. In "1." it is the dot, since Discord shows the backslash before a digit.
std::size_t line_marker(std::string_view line) {
  std::size_t i = std::min(line.find_first_not_of(' '), line.size());
  if (i < line.size() && std::string_view("#>-+").find(line[i]) != std::string_view::npos) return i;
  const std::size_t digits = i;
  while (i < line.size() && line[i] >= '0' && line[i] <= '9') ++i;
  return i > digits && i < line.size() && (line[i] == '.' || line[i] == ')') ? i : std::string_view::npos;
}

// A backslash escapes any markup character: https://support.discord.com/hc/en-us/articles/210298617. An
// underscore between two letters is not markup, so container names stay unchanged. A colon needs no escape:
// Discord expands emoji shortcodes only in typed messages, and the emoji of a server are in angle brackets.
std::string escape(std::string_view text) {
  constexpr std::string_view kMarks = "\\*~`|[]<@";
  std::string out;
  std::size_t marker = line_marker(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool inside =
        i > 0 && i + 1 < text.size() && is_alphanumeric(text[i - 1]) && is_alphanumeric(text[i + 1]);
    if (kMarks.find(c) != std::string_view::npos || i == marker || (c == '_' && !inside)) out += '\\';
    out += c;
    if (c == '\n') {
      const std::size_t next = line_marker(text.substr(i + 1, text.find('\n', i + 1) - i - 1));
      marker = next == std::string_view::npos ? next : i + 1 + next;
    }
  }
  return out;
}

constexpr std::uint32_t kSuppressEmbeds = 1U << 2U;

constexpr Markup kDiscord{
    .bold = "**",
    .limit = 2000,
    .escape = escape,
    // Angle brackets prevent a preview: fetching it would use up a one-time link.
    .link = [](std::string_view name, std::string_view url) { return fmt::format("{}: <{}>", name, url); }};

}  // namespace

std::string discord_body(const Notice& notice, const Wording& wording) {
  const nlohmann::json body{{"content", message_text(notice, wording, kDiscord)},
                            {"allowed_mentions", {{"parse", nlohmann::json::array()}}},
                            {"flags", kSuppressEmbeds}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace healer::notify
