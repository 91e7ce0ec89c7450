#include "log_analysis/level_word.h"

#include "tests/catch.h"

using namespace log_analysis;

TEST_CASE("level words are known in any case, others are not") {
  CHECK(level_word("ERROR")->level == Level::error);
  CHECK(level_word("Warning")->level == Level::warning);
  CHECK(level_word("emergency")->level == Level::critical);
  CHECK(level_word("notice")->kind == WordKind::plain);
  CHECK(level_word("log")->kind == WordKind::labelled);
  for (const auto* word : {"", "e", "errors", "erra", "warnings", "zebra", "informations"})
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
  CHECK(level_of_value("50.0") == Level::error);
  CHECK(level_of_value("50.") == std::nullopt);
  CHECK(level_of_value("5.0.1") == std::nullopt);
  CHECK(level_of_value("ERROR+2") == Level::error);
  CHECK(level_of_value("WARN+2") == Level::warning);
  CHECK(level_of_value("INFO-1") == Level::info);
  CHECK(level_of_value("ERROR+") == std::nullopt);
  CHECK(level_of_value("dpanic") == Level::critical);
  CHECK(level_of_value("PNC") == Level::critical);
  CHECK(level_of_open_telemetry(16) == Level::warning);
  CHECK(level_of_open_telemetry(17) == Level::error);
  CHECK(level_of_open_telemetry(21) == Level::critical);
  CHECK(level_of_open_telemetry(9) == Level::info);
  CHECK(level_of_open_telemetry(0) == std::nullopt);
  CHECK(level_of_open_telemetry(25) == std::nullopt);
  CHECK(whole_number("12345678") == std::nullopt);
  CHECK(whole_number("x") == std::nullopt);
  CHECK(offset_end("ERROR+2 x", 5) == 7);
  CHECK(offset_end("ERROR-x", 5) == 5);
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
  CHECK(log_analysis::is_not_a_level("critical medium error, dev sda", 8));
  CHECK(log_analysis::is_not_a_level("INFO: task x:12 blocked for more than 120 seconds.", 4));
  CHECK(log_analysis::is_not_a_level("INFO: rcu_sched self-detected stall on CPU", 4));
  CHECK_FALSE(log_analysis::is_not_a_level("INFO: task x done", 4));
}
