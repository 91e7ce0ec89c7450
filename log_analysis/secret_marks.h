// Punctuation around a key and its value as other encodings write it: \" in a string, \u0022 and \x22 in JSON
// and in access logs, %22 in an address, &quot; in a page; and the colour codes of terminals.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace log_analysis {

struct Mark {
  char c = ' ';          // the byte that is meant
  std::size_t size = 0;  // number of bytes of its encoding; 0 at the end of the text, 1 for the plain byte
};
Mark mark_at(std::string_view text, std::size_t i);

// The offset after the colour codes that start at `i`, raw or as text ("\x1b[0m", "#033[0m", "^[[0m").
std::size_t skip_colours(std::string_view text, std::size_t i);
// The offset after spaces, tabs, "%20" and colour codes.
std::size_t skip_blanks(std::string_view text, std::size_t i);

// The text between the quotes that open at `i`, in any encoding. Without a closing quote it ends with the
// text or the enclosing string.
struct Quoted {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t behind = 0;
};
std::optional<Quoted> quoted_at(std::string_view text, std::size_t i);

// Whether `name=` or `name:` starts at `i`: the next key. "http://" does not count.
bool names_key(std::string_view text, std::size_t i);

// Which quote is open at a position of a line. Call with ascending positions. Masks are skipped, so that a
// masked text gives the same results.
class OpenQuote {
 public:
  explicit OpenQuote(std::string_view text) : text_(text) {}
  char at(std::size_t position);  // '"', '\'' or '`'; 0: none
  void skip(std::size_t begin, std::size_t end);

 private:
  std::string_view text_;
  std::size_t p_ = 0;
  char open_ = 0;
};

}  // namespace log_analysis
