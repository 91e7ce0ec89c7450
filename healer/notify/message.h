// A notice as people read it in a chat or in a mail.
#pragma once

#include <string>
#include <string_view>

#include "healer/notice.h"
#include "healer/notify/config.h"

namespace healer::notify {

// How a service writes what it shows.
struct Markup {
  std::string_view bold;  // begins and ends bold text
  std::size_t limit =
      0;  // of a message, in UTF-16 code units of what is sent: no service counts more strictly
  // Makes text of the world be text, whatever is in it and before it; of one line or several. nullptr: it is.
  std::string (*escape)(std::string_view text) = nullptr;
  // The same of the template's own words, whose markup counts.
  std::string (*escape_template)(std::string_view text) = nullptr;
  std::string (*link)(std::string_view name, std::string_view url) = nullptr;  // one line
};

// The message: the kind's template, then its links. Secrets are masked. One that is too long for the service
// is cut at a character's end and says with … that it was; then it links to `external_url`, where all of it
// is.
std::string message_text(const Notice& notice, const Wording& wording, const Markup& markup);

// The notice as it may leave the healer: no secret in any text, and none that adds a line, turns text around
// or goes on for ever: each is one line of a limited length. Links stay what they are, for an approval's
// token is meant for who reads it.
Notice masked(Notice notice);

std::size_t utf16_units(std::string_view text);

// The longest beginning of `text` whose escaped form fits into `max_units`, escaped, with … where something
// was cut.
std::string cut(std::string_view text, std::size_t max_units, std::string (*escape)(std::string_view));

}  // namespace healer::notify
