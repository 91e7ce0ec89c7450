// The pages of a signed link: the question with one button, and the result.
#pragma once

#include <string>
#include <string_view>

#include "healer/model/approval.h"

namespace healer::approvals {

// The button posts to the address of the page. `stack`: the name of the monitored stack.
std::string question_page(const Approval& approval, std::string_view verb, std::string_view stack);
// `good`: the request succeeded.
std::string answer_page(std::string_view title, std::string_view words, bool good);
// The only style sheet in both.
std::string_view page_style();
// Why a question is no longer open; "" while it is open.
std::string why_closed(const Approval& approval, base::WallTime now);

}  // namespace healer::approvals
