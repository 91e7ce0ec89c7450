// A document as Markdown (CommonMark with GitHub's tables). Charts are told by the tables and sentences
// beside them and left out.
#pragma once

#include <string>
#include <string_view>

#include "healer/reports/document.h"

namespace healer::reports {

std::string to_markdown(const Document& document);

// Text from outside on one line of Markdown: what would be markup, HTML or a table's border is shown instead.
std::string escape_markdown(std::string_view text);

}  // namespace healer::reports
