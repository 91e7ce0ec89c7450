#include "log_analysis/logfmt.h"

#include "tests/catch.h"

using log_analysis::Level;
using log_analysis::read_logfmt;

TEST_CASE("pairs give level and message; quotes hide what is in them") {
  std::string scratch;
  const auto line = read_logfmt(R"(ts=1 msg="level=error \"x\"" level=warn lone words x=)", scratch);
  REQUIRE(line);
  CHECK(line->level == Level::warning);
  CHECK(line->message == R"(level=error "x")");
  CHECK(read_logfmt("a=1 msg=plain", scratch)->message == "plain");
  CHECK(read_logfmt("a=1 msg=\"cut", scratch)->message == "cut");
  CHECK(read_logfmt("a=1 msg=\"cut\\", scratch)->message.substr(0, 3) == "cut");
  CHECK_FALSE(read_logfmt("a=1 b=2", scratch)->has_message);
}

TEST_CASE("a line that does not begin with a pair is none") {
  std::string scratch;
  for (const auto* line : {"", " ", "words a=1", "=1", "1=2", "?level=error"})
    CHECK_FALSE(read_logfmt(line, scratch));
}

TEST_CASE("an error is named by err= or error=, unless it is nil or a number") {
  std::string scratch;
  for (const auto* line : {"msg=read err=EOF", "msg=read error=\"context canceled\""})
    CHECK(log_analysis::read_logfmt(line, scratch)->error);
  for (const auto* line :
       {"msg=read err=nil", "msg=read error=<nil>", "msg=read error=0", "msg=read error=[]",
        "msg=read error=\"\"", "msg=read errors=x", "msg=read error=false"})
    CHECK_FALSE(log_analysis::read_logfmt(line, scratch)->error);
}
