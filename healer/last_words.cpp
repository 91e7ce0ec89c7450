#include "healer/last_words.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "logs/secrets.h"

namespace healer {
namespace {

constexpr std::size_t kLongestWord = 300;

}  // namespace

std::string last_line(std::string_view output) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t end = output.find_last_not_of(kBlank);
  if (end == std::string_view::npos) return "";
  output = output.substr(0, end + 1);
  const std::size_t newline = output.rfind('\n');
  if (newline != std::string_view::npos) output.remove_prefix(newline + 1);
  return logs::mask_secrets(base::excerpt(output, kLongestWord));
}

std::string how_it_failed(const base::Exit& exit) {
  std::string how = exit.timed_out ? "did not end in time"
                    : exit.signal  ? fmt::format("was ended by signal {}", exit.signal)
                                   : fmt::format("failed with exit code {}", exit.code);
  const std::string why = last_line(exit.err);
  return why.empty() ? how : how + ": " + why;
}

}  // namespace healer
