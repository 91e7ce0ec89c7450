// A saved book of any bytes: it is refused with a reason, or what it holds can be saved and loaded again.
#include "logs/pattern_book.h"
#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const logs::PatternBook::Settings settings{.max_patterns = 20};
  auto book = logs::PatternBook::load(text, settings);
  if (!book) {
    fuzz::require(!book.error().message.empty(), "an error says something");
    return 0;
  }
  fuzz::require(logs::PatternBook::load(book->save(), settings).has_value(), "what was saved can be loaded");
  const std::string_view line = text.substr(0, 200);
  book->add({.at = base::WallTime::max(), .level = logs::Level::error, .text = line, .message = line});
  fuzz::require(logs::PatternBook::load(book->save(), settings).has_value(), "what was saved can be loaded");
  return 0;
}
