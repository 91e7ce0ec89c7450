#include "healer/actions/failure_summary.h"

#include <fmt/format.h>

#include "base/text/utf8.h"
#include "log_analysis/redaction.h"

namespace healer {
namespace {

constexpr std::size_t kLongestWord = 300;
constexpr std::size_t kMostRead = 16 * 1024;

}  // namespace

std::string last_line(std::string_view output) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t end = output.find_last_not_of(kBlank);
  if (end == std::string_view::npos) return "";
  output = output.substr(0, end + 1);
  // Masked together with the lines before, because a key block is one secret.
  if (output.size() > kMostRead) output.remove_prefix(output.size() - kMostRead);
  const std::string masked = log_analysis::mask_secrets(output);
  const std::size_t newline = masked.rfind('\n');
  return base::excerpt(std::string_view(masked).substr(newline == std::string::npos ? 0 : newline + 1),
                       kLongestWord);
}

std::string how_it_failed(const base::Exit& exit) {
  std::string how = exit.timed_out ? "did not end in time"
                    : exit.signal  ? fmt::format("was ended by signal {}", exit.signal)
                                   : fmt::format("failed with exit code {}", exit.code);
  const std::string why = last_line(exit.err);
  return why.empty() ? how : how + ": " + why;
}

}  // namespace healer
