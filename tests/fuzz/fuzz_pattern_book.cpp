// A saved book of any bytes: it is refused with a reason, or what it holds can be saved and loaded again.
#include "log_analysis/pattern_store.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const log_analysis::PatternStore::Settings settings{.max_patterns = 20};
  auto book = log_analysis::PatternStore::load(text, settings);
  if (!book) {
    fuzz::require(!book.error().message.empty(), "an error says something");
    return 0;
  }
  fuzz::require(log_analysis::PatternStore::load(book->save(), settings).has_value(),
                "what was saved can be loaded");
  const std::string_view line = text.substr(0, 200);
  book->add(
      {.at = base::WallTime::max(), .level = log_analysis::Level::error, .text = line, .message = line});
  fuzz::require(log_analysis::PatternStore::load(book->save(), settings).has_value(),
                "what was saved can be loaded");
  return 0;
}
