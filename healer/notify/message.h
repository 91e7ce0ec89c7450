// The text of a notice in a chat or a mail.
#pragma once

#include <string>
#include <string_view>

#include "healer/model/notice.h"
#include "healer/notify/config.h"

namespace healer::notify {

// The markup of a service.
struct Markup {
  std::string_view bold;  // begins and ends bold text
  std::size_t limit = 0;  // of a message, in UTF-16 code units; no service counts more strictly
  // Escapes text from outside so that it is never markup; one line or several. nullptr: nothing to escape.
  std::string (*escape)(std::string_view text) = nullptr;
  // The same for text of the template, whose markup is kept.
  std::string (*escape_template)(std::string_view text) = nullptr;
  std::string (*link)(std::string_view name, std::string_view url) = nullptr;  // one line
};

// The message: the kind's template; below the shipped one, container, action, incident, next step and stack
// where it has not named it; then the links. Secrets are masked. A message that is too long for the service
// is cut between characters, ends with … and links to `external_url`, which has the full text.
std::string message_text(const Notice& notice, const Wording& wording, const Markup& markup);

// The notice as it may leave the healer: secrets are masked, and each text is one line of limited length
// without control characters. Links are unchanged: their reader needs the approval token in them.
Notice masked(Notice notice);

std::size_t utf16_units(std::string_view text);

// The longest prefix of `text` whose escaped form fits into `max_units`, escaped; … marks a cut.
std::string cut(std::string_view text, std::size_t max_units, std::string (*escape)(std::string_view));

}  // namespace healer::notify
