// A document as one HTML page that needs nothing else: no network, no script, no font. Its style follows the
// reader's light or dark mode and fits a phone; its colours are Okabe and Ito's, which colour-blind readers
// can tell apart (https://jfly.uni-koeln.de/color/), and none of them says anything that a word or a shape
// does not say, too.
#pragma once

#include <string>
#include <string_view>

#include "healer/reports/document.h"

namespace healer::reports {

std::string to_html(const Document& document);

// What such a page may do in a browser: a Content-Security-Policy that allows its inline style and nothing
// else.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";
// The same for a page from a file, whoever wrote it: no script, no form, no origin, but links.
inline constexpr std::string_view kSandbox =
    "sandbox allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox";

}  // namespace healer::reports
