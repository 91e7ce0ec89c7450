// Which lines go on with the event before them: tracebacks, stack dumps, details, indented lines.
#pragma once

#include <cstdint>
#include <string_view>

#include "logs/level.h"
#include "logs/reader.h"

namespace logs {

// What the event under way is in the middle of, so far as it matters for the next line.
enum class Trace : std::uint8_t {
  none,
  python,          // frames of a traceback
  python_chained,  // between "During handling of the above exception, …" and the next traceback
  python_named,    // behind the line that names the exception
  java,
  go,
  rust,
  rust_message,  // "panicked at src/main.rs:2:5:" was said, the message is next
  node,
  key,  // a block of PEM: what is masked as a whole must stay together
};

struct Follow {
  bool follows = false;
  bool frame = false;  // code and blank lines: their words say nothing about a level
  bool names = false;  // this line says what the event is about
};

class Continuation {
 public:
  // A first line: what it starts. The cost of an ordinary line is a look at its first and last byte.
  void begin(std::string_view line, const Reading& reading);
  // Whether the cleaned `line` goes on with the event under way, whose worst level and number of lines so far
  // are given; moves on when it does.
  Follow next(std::string_view line, const Reading& reading, Level worst, unsigned lines);

 private:
  Follow in_trace(std::string_view line, const Reading& reading);

  Trace trace_ = Trace::none;
  bool bare_ = false;  // the event begins with the trace itself: a later line names it
};

}  // namespace logs
