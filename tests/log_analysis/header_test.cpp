#include "log_analysis/header.h"

#include "tests/catch.h"

using log_analysis::Level;
using log_analysis::read_header;

TEST_CASE("a header has a time when there is a date or a time of day in it") {
  for (const auto* line : {"2024-01-01 x", "2024-01-01T00:00:00Z x", "00:00:00 x", "[2024-01-01 00:00:00] x",
                           "Jan  1 00:00:00 h p: x", "[Sun Dec 04 04:47:44 2005] x", "17/06/09 20:10:40 x",
                           "12:00AM x", "E0102 15:04:05 1 a.go:1] x"}) {
    INFO(line);
    CHECK(read_header(line).timed);
  }
  for (const auto* line : {"x", "12 x", "10.0.0.1 x", "1:2 x", "[main] x", "[12] x", "Mar was fine", ""}) {
    INFO(line);
    CHECK_FALSE(read_header(line).timed);
  }
}

TEST_CASE("a header ends within the line, where the words begin") {
  const std::string_view line = "2024-01-01 00:00:00 [main] some words";
  const auto header = read_header(line);
  CHECK(header.level == std::nullopt);
  CHECK(line.substr(header.end) == " [main] some words");
  CHECK(line.substr(header.rest) == "some words");
  for (const std::string_view cut :
       {"[1] 01 Jan 00:00:00.000 #", "1:M 01 Jan 2024 00:00:00.000 #", "2024-01-01 stdout F", "<3>", "ERROR",
        "E, [", "E0102 1", "DEBUG1:", "Jan  1 00:00:00 h p:"}) {
    INFO(cut);
    CHECK(read_header(cut).end <= cut.size());
    CHECK(read_header(cut).rest <= cut.size());
  }
}

TEST_CASE("what Postgres adds to a line is distinguished from a line of its own") {
  CHECK(read_header("2024-01-01 00:00:00 UTC [7] DETAIL:  x").detail);
  CHECK_FALSE(read_header("2024-01-01 00:00:00 UTC [7] DETAIL: x").detail);
  CHECK_FALSE(read_header("2024-01-01 00:00:00 UTC [7] LOG:  x").detail);
}

TEST_CASE("the name of a secret is no header: it says what follows") {
  const auto [line, matter] = GENERATE(table<std::string, std::string>({
      {"2025-12-17 16:55:17,427 ERROR password: x", "password: x"},
      {"ERROR mnemonic: x", "mnemonic: x"},
      {"WARNING cookie: x", "cookie: x"},
      {"ERROR Authorization: Bearer x", "Authorization: Bearer x"},
      {"ERROR c.e.Bot: api_key: x", "api_key: x"},
      {"ERROR c.e.Bot: lost", "lost"},
  }));
  INFO(line);
  CHECK(line.substr(read_header(line).end) == matter);
}
