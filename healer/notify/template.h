// Message templates: a text with `{name}` fields for each kind of notice. `templates:` of healer.yml
// overrides the defaults.
//
// `{{` and `}}` are literal braces; `**` begins and ends bold text. A line whose fields are all empty is
// omitted.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healer/model/notice.h"

namespace healer::notify {

// The fields that a template of this kind may use: those of every notice, then those of the kind.
std::vector<std::string_view> template_fields(Notice::Kind kind);

// The problem with a template's text; nullopt if it can be rendered.
std::optional<std::string> template_problem(Notice::Kind kind, std::string_view text);

// A part of a message.
struct Piece {
  std::string text;
  bool of_template = false;  // text of the template, not of the notice
};

// `bold` replaces the template's `**`; text of the notice is never markup. A line with a problem is
// rendered up to the problem.
std::vector<Piece> render(std::string_view text, const Notice& notice, std::string_view stack,
                          std::string_view bold);

}  // namespace healer::notify
