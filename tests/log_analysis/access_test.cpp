#include "log_analysis/access.h"

#include <catch2/catch.hpp>

using log_analysis::Level;
using log_analysis::level_of_access;

TEST_CASE("an access line has the level of its status") {
  CHECK(level_of_access(R"(1.1.1.1 - - [x] "GET / HTTP/1.1" 200 5)") == Level::info);
  CHECK(level_of_access(R"(1.1.1.1 - - [x] "GET / HTTP/1.1" 499 5)") == Level::warning);
  CHECK(level_of_access(R"(1.1.1.1 - - [x] "GET / HTTP/1.1" 500 -)") == Level::error);
  CHECK(level_of_access(R"(1.1.1.1 - - [x] "-" 408 -)") == Level::warning);
  CHECK(level_of_access(R"(proxy "POST /x HTTP/1.1" 503 rest)") == Level::error);
  CHECK(level_of_access("DELETE /x 500 1 ms") == Level::error);
}

TEST_CASE("other lines with quotes and numbers are no access lines") {
  for (const auto* line : {R"(said "GET /" to all)", R"(["a"] "b" 500 c)", R"("GET / HTTP/1.1" 5000)",
                           R"(x "GET /)", R"(x "GET / HTTP/1.1" 999 5)", R"([x] "quoted" 500 words)",
                           "GET off my lawn 500 times", "GET /x", "\""}) {
    INFO(line);
    CHECK(level_of_access(line) == std::nullopt);
  }
}
