#include "log_analysis/continuation.h"

#include "tests/catch.h"

using namespace log_analysis;

namespace {

// Whether `line` goes on with an event that began with `first`.
Follow follows(std::string_view first, std::string_view line) {
  Reader reader;
  Continuation continuation;
  const Reading begun = reader.read(first);
  const Level level = begun.level;
  continuation.begin(first, begun);
  return continuation.next(line, reader.read(line), level, 1);
}

}  // namespace

TEST_CASE("frames go on with an event and say nothing about its level") {
  CHECK(follows("ERROR x", "\tat a.b(C.java:1)").frame);
  CHECK(follows("Traceback (most recent call last):", "  File \"a.py\", line 1").frame);
  CHECK(follows("panic: x", "main.main()").frame);
  CHECK(follows("x", "").frame);
  CHECK(follows("x", "  y").follows);
  CHECK_FALSE(follows("x", "  y").frame);
}

TEST_CASE("the exception names a bare traceback") {
  CHECK(follows("Traceback (most recent call last):", "ValueError: x").names);
  CHECK_FALSE(follows("ERROR x Traceback (most recent call last):", "ValueError: x").names);
}

TEST_CASE("a line with a time of its own goes on with nothing but Postgres' details") {
  CHECK_FALSE(follows("Traceback (most recent call last):", "2024-01-01 00:00:00 x").follows);
  CHECK_FALSE(follows("x", "  2024-01-01 00:00:00 x").follows);
  CHECK(follows("2024-01-01 00:00:00 UTC [1] ERROR:  x", "2024-01-01 00:00:00 UTC [1] HINT:  y").follows);
}

TEST_CASE("ordinary lines go on with nothing") {
  for (const auto* line :
       {"x", "{\"level\":\"error\"}", "level=error msg=x", "ERROR y", "goroutine pool ready", "}"}) {
    INFO(line);
    CHECK_FALSE(follows("INFO x", line).follows);
  }
}
