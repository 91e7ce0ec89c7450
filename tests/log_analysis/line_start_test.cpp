#include "log_analysis/line_start.h"

#include "tests/catch.h"

using log_analysis::Level;
using log_analysis::read_line_start;

TEST_CASE("the first bytes of a line identify klog, Ruby and Android") {
  const std::string_view klog = "E0102 15:04:05.000000       1 a.go:12] lost";
  CHECK(read_line_start(klog).level == Level::error);
  CHECK(klog.substr(read_line_start(klog).end) == "lost");
  CHECK(read_line_start("W20240102 15:04:05.000000 1 a.cc:12] slow").level == Level::warning);
  const std::string_view ruby = "F, [2024-01-01T00:00:00.000000 #1] FATAL -- : gone";
  CHECK(read_line_start(ruby).level == Level::critical);
  CHECK(ruby.substr(read_line_start(ruby).end) == "gone");
  CHECK(read_line_start("E/Tag( 12): lost").level == Level::error);
  CHECK(read_line_start("E: Unable to locate package x").level == Level::error);
  CHECK(read_line_start("W: Failed to fetch x").level == Level::warning);
  CHECK(read_line_start("=CRASH REPORT==== 2-Jan-2024::03:04:05 ===").level == Level::error);
  CHECK(read_line_start("=WARNING REPORT==== 2-Jan-2024::03:04:05 ===").level == Level::warning);
  CHECK(read_line_start("=PROGRESS REPORT==== 2-Jan-2024::03:04:05 ===").level == Level::info);
}

TEST_CASE("Redis is recognised before its mark") {
  CHECK(read_line_start("1:M 01 Jan 2024 00:00:00.000 # x").redis);
  CHECK(read_line_start("[12] 01 Jan 00:00:00.000 # x").redis);
  CHECK_FALSE(read_line_start("12:00:00 # x").redis);
  CHECK_FALSE(read_line_start("[main] # x").redis);
}

TEST_CASE("other lines begin with nothing of the kind") {
  for (const auto* line : {"", "E", "E0102", "E0102 x", "E010 1", "Error: x", "A/B: x", "I, Robot", "E, [",
                           "E:\\path x", "E: drive", "W: ", "=", "=ERROR", "===="}) {
    INFO(line);
    const auto start = read_line_start(line);
    CHECK((start.level == std::nullopt || start.end <= std::string_view(line).size()));
  }
  CHECK(read_line_start("Error: x").level == std::nullopt);
  CHECK(read_line_start("E0102 x").level == std::nullopt);
}
