#include "log_analysis/access.h"

#include "tests/catch.h"

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

TEST_CASE("HAProxy's status is behind its times") {
  const auto level = [](std::string_view fields) {
    return log_analysis::level_of_access("10.0.0.1:33317 [07/Aug/2026:08:23:43.655] web app/s1 " +
                                         std::string(fields) +
                                         " 212 - - ---- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"");
  };
  CHECK(level("0/-1/-1/-1/0 503") == log_analysis::Level::error);
  CHECK(level("10/0/30/69/+109 404") == log_analysis::Level::warning);
  CHECK(level("10/0/30/69/109 200") == log_analysis::Level::info);
  CHECK(level("10/0/30 503") == std::nullopt);
}
