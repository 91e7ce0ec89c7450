// The page at /: what a person who opens the healer in a browser wants to know first.
#pragma once

#include <string>
#include <string_view>

#include "healer/view.h"

namespace healer {

std::string landing_page(const View& view);
// The only style sheet in it.
std::string_view landing_style();

}  // namespace healer
