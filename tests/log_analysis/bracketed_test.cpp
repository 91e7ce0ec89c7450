#include "log_analysis/bracketed.h"

#include "tests/catch.h"

using log_analysis::is_calendar;
using log_analysis::Level;
using log_analysis::read_bracketed;

TEST_CASE("a level in brackets stands alone, behind a module, or in capitals") {
  CHECK(read_bracketed("error").level == Level::error);
  CHECK(read_bracketed("  WARN ").level == Level::warning);
  CHECK(read_bracketed("core:error").level == Level::error);
  CHECK(read_bracketed("12:00:00 INF").level == Level::info);
  CHECK(read_bracketed("2024-01-01 00:00:00,123: ERROR/Worker-1").level == Level::error);
  CHECK(read_bracketed("E 240101 12:00:00 web:1").level == Level::error);
  for (const auto* text :
       {"", " ", "main", "error-handler", "object Error", "error_log", "a.error", "pid 12", "12"}) {
    INFO(text);
    CHECK(read_bracketed(text).level == std::nullopt);
  }
}

TEST_CASE("a time in brackets is seen") {
  CHECK(read_bracketed("2024-01-01 00:00:00").timed);
  CHECK(read_bracketed("Sun Dec 04 04:47:44 2005").timed);
  CHECK(read_bracketed("12.345678").timed);
  CHECK_FALSE(read_bracketed("12").timed);
  CHECK_FALSE(read_bracketed("main").timed);
}

TEST_CASE("months and weekdays are known by three letters") {
  CHECK(is_calendar("Jan"));
  CHECK(is_calendar("Sunday"));
  CHECK_FALSE(is_calendar("jan"));
  CHECK_FALSE(is_calendar("Ja"));
  CHECK_FALSE(is_calendar("Error"));
}
