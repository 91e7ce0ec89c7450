#include "log_analysis/redaction.h"

#include <algorithm>

#include "base/text/utf8.h"
#include "log_analysis/masker.h"
#include "log_analysis/secret_hints.h"

namespace log_analysis {

std::string mask_secrets(std::string_view text, std::size_t from) {
  return may_hold_secret(text) ? mask_closely(text, from)
                               : std::string(text.substr(std::min(from, text.size())));
}

std::string masked_excerpt(std::string_view text, std::size_t max_bytes) {
  // More than is kept, but not all of a text of megabytes.
  return base::excerpt(mask_secrets(text.substr(0, 8 * max_bytes + 4096)), max_bytes);
}

std::string mask_closely(std::string_view text, std::size_t from) {
  // A mask changes the context of the rest, so masking is repeated until nothing changes.
  constexpr int kMostRounds = 8;
  std::string masked;
  for (int round = 0; round < kMostRounds; ++round) {
    Masker masker(round == 0 ? text : std::string_view(masked), from);
    if (!masker.run()) break;
    from = masker.place();
    masked = masker.take_text();
  }
  if (masked.empty()) return std::string(text.substr(std::min(from, text.size())));
  return masked.substr(std::min(from, masked.size()));
}

}  // namespace log_analysis
