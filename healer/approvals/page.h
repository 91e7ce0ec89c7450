// The pages behind a signed link: what is asked, with one button; and what came of it.
#pragma once

#include <string>
#include <string_view>

#include "healer/approval.h"

namespace healer::approvals {

// The button posts to the address that the page was read from. `stack` is what is watched.
std::string question_page(const Approval& approval, std::string_view verb, std::string_view stack);
// `good`: it is as the reader wanted it.
std::string answer_page(std::string_view title, std::string_view words, bool good);
// The only style sheet in both.
std::string_view page_style();
// Why a question is not open any more, for people; "" while it is.
std::string why_closed(const Approval& approval, base::WallTime now);

}  // namespace healer::approvals
