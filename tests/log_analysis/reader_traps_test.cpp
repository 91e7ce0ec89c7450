// Words that look like a level and are none.
#include <algorithm>

#include "log_analysis/level_rules.h"
#include "tests/log_analysis/readings.h"

using namespace readings;

TEST_CASE("a level word in the words of a line is no level") {
  const std::string_view silent[] = {
      // Counts
      "run finished: 0 errors, 0 warnings",
      "errors: 0",
      "error: 0",
      "Errors: 0 Warnings: 0",
      "error_count=0",
      "0 error",
      "build finished with no errors",
      "2024-01-01 00:00:00 0 failed: 0",
      "12 passed, 0 FAILED",
      "warnings: 3",
      "error: none",
      "finished, failed: 0",
      "no ERROR found",
      // Addresses, paths, keys
      "GET /search?level=error",
      "opened /var/log/error.log",
      "opened error.log",
      "see http://host/error/500",
      "C:\\logs\\ERROR\\x",
      "reading ./warning/a",
      "x-error-rate seen",
      "error-budget is 5",
      "--log-level=error",
      "key error_rate is 1",
      "on_error=continue",
      "set ERROR_MODE",
      "loglevel=x",
      "a.ERROR.b",
      "error@host",
      // Names
      "error.handler started",
      "loaded module app.error.handler",
      "logger com.example.error.Reporter ready",
      "ErrorHandler ready",
      "class Warning loaded",
      "Error handler installed",
      "Warning threshold set to 5",
      "error rate 0.1 %",
      "Critical section entered",
      "Alert sent to the desk",
      "Severe weather in Berlin",
      "Note taken",
      "Log rotated",
      "System ready",
      "Fine tuning the model",
      "Emergency contact saved",
      "Failed password for root from 10.0.0.1 port 5",
      // Prose
      "instruction cache parity error corrected",
      "recovered from an error in the feed",
      "the warning was ignored",
      "it is not an error to retry",
      "retry if failed",
      "the order failed the risk check",
      "fatal accidents: see table",
      // The words of failures without one
      "errors=[] exceptions=0 failed=0",
      "2024-01-01 00:00:00 connection restored after timeout",
      "test_connection_refused_is_retried PASSED",
      "documentation of connection refused errors",
      "2024-01-01 00:00:00 Can't wait for the market to open",
      "Cannot be empty",
      "the name cannot contain spaces",
      "if it could not connect, it retries",
      "app.yml: no such file or directory, using defaults",
      "0 orders failed for BTCUSDT",
      "not failed for an hour",
      "api-1 exited with code 0",
      "exit status 0",
      "received signal 15",
      "Received signal 1 (hangup), reloading",
      "malloc statistics: 5 MB",
      "free: 12 GB",
      "invariant checks are on",
      "core count: 8",
      "bug: fixed in 1.2",
      "general settings loaded",
      "hardware: 8 cores",
      "disk usage 45 %",
      "link is up",
      "killed 3 idle connections",
      "Killed by the market, reborn",
      "3 not found",
      "the port is 8080",
      "a refused order is retried",
      "fetched https://api.example.com/v1/exceptions.TimeoutError in 3 ms",
      "loaded plugin com.example.exceptions.ErrorMapper",
      "registered handler for java.lang.IllegalStateException",
      "INSERT INTO log VALUES ('x failed: y')",
      "SELECT * FROM errors WHERE name = 'ValueError: x'",
      "exceptions.handler: ready",
      "E:\\data is mounted",
      "C major in the morning",
      "2024-01-01T00:00:00Z C major in the morning",
      "2024-01-01T00:00:00Z E i.e. something",
      "NewError(x) is called",
      "caught up with the feed",
      "given up seats: 5",
      "a panic button was added",
      "no segfault seen",
      "traceback requested",
      "information about the system",
      "2024-01-01 00:00:00 F score 0.5",
      "2024-01-01 00:00:00 E coli found",
      "E1234 5 units",
      "failure is an option",
      "debugging the info desk",
      "unhandled orders: 5",
      "exception list loaded",
      "Jun 14 15:16:01 combo sshd(pam_unix)[19939]: authentication failure; logname= uid=0",
      "Dec 10 06:55:46 LabSZ sshd[24200]: Invalid user webmaster from 173.234.31.186",
      "Jul  1 09:00:55 host kernel[0]: IOThunderboltSwitch<0>(0x0)::listenerCallback",
      "[10.30 16:49:06] chrome.exe - proxy:5070 open through proxy proxy:5070 HTTPS",
      "20171223-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579",
      "- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond(pam_unix)[2915]: session closed for "
      "user root",
      "",
      " ",
      "\t",
      "-",
      "[",
      "<",
      "[]",
      "{",
      "=",
      ":",
      "\xff\xfe",
      "12",
      "12:00:00",
      "[12:00:00]",
  };
  each_is_silent(silent);
}

TEST_CASE("the level that a line states first is its level, whatever comes after") {
  const Row rows[] = {
      {"2024-01-01 00:00:00 INFO parity error corrected", kInfo},
      {"2024-01-01 00:00:00 INFO ERROR FATAL", kInfo},
      {"2024-01-01 00:00:00 DEBUG error: x", kInfo},
      {"2024-01-01 00:00:00 WARN failed: ERROR", kWarning},
      {"INFO error.handler ready", kInfo},
      {"error.handler INFO ready", kInfo},
      {"app.error.handler - WARNING - slow", kWarning},
      {"[error_handler] INFO ready", kInfo},
      {"INFO [error] x", kInfo},
      {"2024-01-01 00:00:00 [info] [error] x", kInfo},
      {"2024-01-01 00:00:00 INFO 0 errors, level=error, ?level=error", kInfo},
      {"2024-01-01 00:00:00 INFO panic: x", kInfo},
      {"2024-01-01 00:00:00 INFO Traceback (most recent call last):", kInfo},
      {"2024-01-01 00:00:00 NOTICE [ERROR] x", kInfo},
  };
  each_states(rows);
}

TEST_CASE("colours, carriage returns and holes change nothing") {
  const Row rows[] = {
      {"\x1b[31mERROR\x1b[0m lost", kError},
      {"\x1b[2m2024-01-01T00:00:00Z\x1b[0m \x1b[33m WARN\x1b[0m \x1b[2mapp\x1b[0m: slow", kWarning},
      {"\x1b[90m12:00AM\x1b[0m \x1b[31mERR\x1b[0m lost", kError},
      {"\x1b[1;31m[error]\x1b[m lost\r", kError},
      {"{\"level\":\"error\"}\r", kError},
  };
  each_states(rows);
  log_analysis::Reader reader;
  CHECK(reader.read("\x1b[31mERROR\x1b[0m lost\r").message == "ERROR lost");
  CHECK(reader.read(std::string_view("\0\0\0ERROR lost", 13)).message == "ERROR lost");
  CHECK(reader.read(std::string_view("a\0ERROR: lost", 13)).message.size() == 13);
}

TEST_CASE("the header is what stands before the words") {
  struct HeaderRow {
    std::string_view line;
    std::string_view words;
  };
  const HeaderRow rows[] = {
      {"2015-10-18 18:01:47,978 INFO [main] org.apache.hadoop.App: Created it", "Created it"},
      {"2015-07-29 17:41:41,648 - WARN  [WorkerSender[myid=1]:QuorumCnxManager@368] - Cannot open",
       "Cannot open"},
      {"17/06/09 20:10:40 INFO executor.Backend: Registered it", "Registered it"},
      {"[Sun Dec 04 04:47:44 2005] [notice] found child", "found child"},
      {"E0102 15:04:05.000000       1 reflector.go:12] lost it", "lost it"},
      {"1:M 01 Jan 2024 00:00:00.000 * Ready", "Ready"},
      {"2025-12-16 22:03:47.179 UTC [74] FATAL:  database gone", "database gone"},
      {"03-17 16:13:38.811  1702  2395 D WindowManager: printed", "printed"},
      {"ERROR:root:lost", "root:lost"},
      {"no header here", "no header here"},
  };
  log_analysis::Reader reader;
  for (const HeaderRow& row : rows) {
    const log_analysis::Reading reading = reader.read(row.line);
    INFO(row.line);
    REQUIRE(reading.header <= reading.message.size());
    std::string_view words = reading.message.substr(reading.header);
    words.remove_prefix(std::min(words.find_first_not_of(' '), words.size()));
    CHECK(words == row.words);
  }
}

TEST_CASE("a source's own rules come before all else") {
  const auto rules =
      log_analysis::LevelRules::compile({{"^ORDER REJECTED", log_analysis::Level::critical, ""},
                                         {"parity error corrected", log_analysis::Level::warning, ""}});
  REQUIRE(rules);
  log_analysis::Reader reader(*rules);
  CHECK(reader.read("ORDER REJECTED by the exchange").level == log_analysis::Level::critical);
  CHECK(reader.read("INFO parity error corrected").level == log_analysis::Level::warning);
  CHECK(reader.read("INFO ORDER REJECTED").level == log_analysis::Level::info);
  CHECK(reader.read("ERROR lost").level == log_analysis::Level::error);
}
