// The words of a message: a text with `{name}` fields for each kind of notice, the spec's own by default,
// any other from `templates:` of healer.yml.
//
// `{{` and `}}` stand for braces; `**` begins and ends what is bold. A line whose fields are all empty is
// left out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "healer/notice.h"

namespace healer::notify {

// What is said unless the operator says something else.
std::string_view default_template(Notice::Kind kind);

// The fields that a template of this kind may name: those of every notice, then its own.
std::vector<std::string_view> template_fields(Notice::Kind kind);

// What is wrong with the text of a template; nothing when it can be rendered.
std::optional<std::string> template_problem(Notice::Kind kind, std::string_view text);

// A part of a message.
struct Piece {
  std::string text;
  bool of_template = false;  // the template's own characters, not what the notice says
};

// `bold` takes the place of the template's `**`; what the notice says is never taken for markup of the
// template. A text with a problem is rendered as far as it is understood.
std::vector<Piece> render(std::string_view text, const Notice& notice, std::string_view stack,
                          std::string_view bold);

}  // namespace healer::notify
