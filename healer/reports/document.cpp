#include "healer/reports/document.h"

#include <algorithm>
#include <cctype>

namespace healer::reports {

bool is_link(std::string_view link) {
  constexpr std::string_view kAllowed = "-._~:/?#@!$&()*+,;=%";
  if (link.empty() || !std::ranges::all_of(link, [&](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || kAllowed.find(c) != std::string_view::npos;
      })) {
    return false;
  }
  if (link.starts_with("http://") || link.starts_with("https://")) return true;
  // A colon before any slash would be a scheme; two slashes would be another host.
  return !link.starts_with("//") &&
         link.substr(0, link.find_first_of("/?#")).find(':') == std::string_view::npos;
}

}  // namespace healer::reports
