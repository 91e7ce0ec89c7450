#include "log_analysis/level_word.h"

#include <catch2/catch.hpp>

using namespace log_analysis;

TEST_CASE("level words are known in any case, others are not") {
  CHECK(level_word("ERROR")->level == Level::error);
  CHECK(level_word("Warning")->level == Level::warning);
  CHECK(level_word("emergency")->level == Level::critical);
  CHECK(level_word("notice")->kind == WordKind::plain);
  CHECK(level_word("log")->kind == WordKind::labelled);
  for (const auto* word : {"", "e", "errors", "erro", "warnings", "zebra", "informations"})
    CHECK_FALSE(level_word(word));
  CHECK(may_be_level_word('E', 5));
  CHECK_FALSE(may_be_level_word('z', 5));
  CHECK_FALSE(may_be_level_word('e', 40));
}

TEST_CASE("numbers and letters are levels") {
  CHECK(level_of_syslog(0) == Level::critical);
  CHECK(level_of_syslog(3) == Level::error);
  CHECK(level_of_syslog(4) == Level::warning);
  CHECK(level_of_syslog(7) == Level::info);
  CHECK(level_of_number(50) == Level::error);
  CHECK(level_of_number(60) == Level::critical);
  CHECK(level_of_number(40000) == Level::error);
  CHECK(level_of_number(30000) == Level::warning);
  CHECK(level_of_number(8) == std::nullopt);
  CHECK(level_of_number(-1) == std::nullopt);
  CHECK(level_of_letter('F') == Level::critical);
  CHECK(level_of_letter('X') == std::nullopt);
  CHECK(level_of_value(" error ") == Level::error);
  CHECK(level_of_value("D2") == Level::info);
  CHECK(level_of_value("w") == Level::warning);
  CHECK(level_of_value("99999999999999999999") == std::nullopt);
  CHECK(level_of_value("errors") == std::nullopt);
  CHECK(level_of_value("") == std::nullopt);
}

TEST_CASE("5xx is an error, 4xx a warning") {
  CHECK(level_of_status(200) == Level::info);
  CHECK(level_of_status(404) == Level::warning);
  CHECK(level_of_status(503) == Level::error);
  CHECK(level_of_status(99) == std::nullopt);
  CHECK(level_of_status(600) == std::nullopt);
}

TEST_CASE("a level word before a count or within a term is none") {
  CHECK(log_analysis::is_not_a_level("error: 0", 5));
  CHECK(log_analysis::is_not_a_level("error: 0 found", 5));
  CHECK(log_analysis::is_not_a_level("error: none", 5));
  CHECK(log_analysis::is_not_a_level("error rate", 5));
  CHECK_FALSE(log_analysis::is_not_a_level("error: no route", 5));
  CHECK_FALSE(log_analysis::is_not_a_level("error: 05 x", 5));
  CHECK_FALSE(log_analysis::is_not_a_level("error  rate", 5));
  CHECK_FALSE(log_analysis::is_not_a_level("error", 5));
}
