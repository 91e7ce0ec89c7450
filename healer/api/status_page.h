// The page at /, an overview for a browser.
#pragma once

#include <string>
#include <string_view>

#include "healer/state/snapshot.h"

namespace healer {

std::string landing_page(const View& view);
// The page's only style sheet.
std::string_view landing_style();

}  // namespace healer
