// Writes a document as one self-contained HTML page: no network, no script, no font. It supports light and
// dark mode and small screens. The colours are those of Okabe and Ito, which colour-blind readers can
// distinguish (https://jfly.uni-koeln.de/color/); a word or shape always repeats the meaning of a colour.
#pragma once

#include <string>
#include <string_view>

#include "healer/reports/render/document.h"

namespace healer::reports {

std::string to_html(const Document& document);

// The Content-Security-Policy of such a page: only its inline style is allowed.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";
// The additional policy for a page from a file, which is untrusted: no script, no form, no origin; links
// work.
inline constexpr std::string_view kSandbox =
    "sandbox allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox";

}  // namespace healer::reports
