#include "healer/actions/failure_summary.h"

#include "tests/catch.h"

using healer::how_it_failed;
using healer::last_line;

TEST_CASE("of what a program said the last line that is not blank is reported") {
  CHECK(last_line("") == "");
  CHECK(last_line(" \n\n") == "");
  CHECK(last_line("first\nsecond\r\n\n") == "second");
  CHECK(last_line("only") == "only");
  CHECK(last_line(std::string(5000, 'x')).size() < 400);
}

TEST_CASE("no secret is in a last line, nor half of one") {
  CHECK(last_line("x\nlogin with password=hunter2 refused") == "login with password=*** refused");
  const std::string key = "-----BEGIN " + std::string("PRIVATE KEY-----\nMIIkumquat\n");
  CHECK(last_line(key) == "***");
  std::string at_the_cut(290, 'x');
  at_the_cut += " Bearer kumquatkumquat1";
  CHECK_FALSE(last_line(at_the_cut).contains("kumq"));
}

TEST_CASE("how a program failed is said in a line") {
  base::Exit exit;
  exit.code = 3;
  CHECK(how_it_failed(exit) == "failed with exit code 3");
  exit.err = "no space left\n";
  CHECK(how_it_failed(exit) == "failed with exit code 3: no space left");
  exit.signal = 9;
  CHECK(how_it_failed(exit) == "was ended by signal 9: no space left");
  exit.timed_out = true;
  exit.err.clear();
  CHECK(how_it_failed(exit) == "did not end in time");
}
