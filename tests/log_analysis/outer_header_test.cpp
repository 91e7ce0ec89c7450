#include "log_analysis/outer_header.h"

#include "tests/catch.h"

using log_analysis::Level;
using log_analysis::read_outer_header;

namespace {

std::string own(std::string_view line) { return std::string(line.substr(read_outer_header(line).end)); }

}  // namespace

TEST_CASE("the headers of collectors are taken off, whichever there are and in any order") {
  const std::string_view header = GENERATE(
      // syslog
      "Jan  2 03:04:05 host app[7]: ", "Jan 12 03:04:05.678901 host app[7]: ",
      "Jan  2 2025 03:04:05 host app: ", "<30>Jan  2 03:04:05 app[7]: ",
      "<30>Jan  2 03:04:05 host my-app/worker[7]: ", "<30>", "<14>1 2025-01-02T03:04:05.678Z host app 7 - - ",
      "<14>1 2025-01-02T03:04:05.678Z host app 7 ID47 [ex@1 a=\"b\"][ex@2 c=\"d\"] ",
      "2025-01-02T03:04:05.678901+00:00 host app[7]: ", "2025-01-02T03:04:05Z host app: ",
      // journalctl
      "2025-01-02T03:04:05+0100 host app[7]: ", "Thu 2025-01-02 03:04:05 UTC host app[7]: ",
      "1735787045.678901 host app[7]: ", "[12345.678901] host app[7]: ", "[   45.678901] ",
      // containers
      "api-1  | ", "api_1            | ", "api.1.abcdef0123@node1    | ", "api stdout | ", "0|api  | ",
      "PM2      | ", "2025-01-02T03:04:05.678901234Z ", "2025-01-02T03:04:05.678901234Z stdout F ",
      "2025-01-02T03:04:05.678901234+02:00 stderr P ", "[pod/api-7d9/api] ",
      // one after the other
      "Jan  2 03:04:05 host docker-compose[812]: api_1  | ", "api-1  | 2025-01-02T03:04:05.678901234Z ",
      "2025-01-02 03:04:05 api          | 2025-01-02 03:04:05 ",
      "0|api  | 2025-01-02T03:04:05: ", "[pod/api-7d9/api] 2025-01-02T03:04:05.678901234Z stdout F ");
  for (const std::string_view line :
       {R"({"level":"error"})", "E0102 03:04:05.000000 1 a.go:1] lost", "lost it"}) {
    INFO(header << line);
    CHECK(own(std::string(header) + std::string(line)) == line);
  }
}

TEST_CASE("a program's own words are no header") {
  const std::string_view line =
      GENERATE("", " ", "lost it", "ERROR | lost", "WARN  | slow", "error: lost", "level=error msg=lost",
               "[main] lost", "[12] lost", "a|b|c", "x | y | z is 3", "12 | 13", "<error> lost", "<999> lost",
               "[5m] rate", "Jan was cold", "Mon is a day", "1735787045 lost", "45%|####5     | 45/100");
  INFO(line);
  const std::string_view rest = line.substr(read_outer_header(line).end);
  CHECK((rest == line || line.starts_with("x | y")));
}

TEST_CASE("a level is not taken for a host or a program") {
  CHECK(own("2025-01-02T03:04:05Z ERROR main: lost") == "ERROR main: lost");
  CHECK(own("2025-01-02T03:04:05Z api WARN: slow") == "api WARN: slow");
  CHECK(own("2025-01-02T03:04:05Z FATAL: gone") == "FATAL: gone");
}

TEST_CASE("a header has a time, or syslog's priority") {
  CHECK(read_outer_header("2025-01-02T03:04:05Z x").timed);
  CHECK(read_outer_header("Jan  2 03:04:05 host app[7]: x").timed);
  CHECK_FALSE(read_outer_header("api-1  | x").timed);
  CHECK(read_outer_header("<27>Jan  2 03:04:05 host app[7]: x").level == Level::error);
  CHECK(read_outer_header("<3>x").level == Level::error);
  CHECK(read_outer_header("api-1  | x").level == std::nullopt);
}

TEST_CASE("a header that is cut ends within the line") {
  for (const std::string_view line :
       {"<", "<1", "<14>", "<14>1", "<14>1 ", "<14>1 2025-01-02T03:04:05Z",
        "<14>1 2025-01-02T03:04:05Z host app 7 ID [a", "Jan  2 03:04:05", "Jan  2 03:04:05 host app[7",
        "Jan  2 03:04:05 host app[7]:", "api-1  |", "api-1  ", "0|api", "2025-01-02T03:04:05Z stdout F",
        "[12345.678901]", "[pod/api", "1735787045.678901"}) {
    INFO(line);
    CHECK(read_outer_header(line).end <= line.size());
  }
}
