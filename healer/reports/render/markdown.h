// Writes a document as Markdown (CommonMark with GitHub's tables). Charts are omitted; the text beside them
// has their content.
#pragma once

#include <string>
#include <string_view>

#include "healer/reports/render/document.h"

namespace healer::reports {

std::string to_markdown(const Document& document);

// Escapes text from outside for one line of Markdown, so that it is never markup, HTML or a cell separator.
std::string escape_markdown(std::string_view text);

}  // namespace healer::reports
