#include "salusctl/logs_scan.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using healer::salusctl::find_in_logs;
using healer::salusctl::LogsScan;
using healer::salusctl::Output;
using healer::salusctl::scan_logs;
using log_analysis::Level;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;
  tests::FakeClock clock;

  healer::salusctl::LogsFound find(const std::string& content) const {
    auto found = find_in_logs({.files = {folder.write("a.log", content)}}, clock);
    REQUIRE(found);
    return std::move(*found);
  }
};

std::uint64_t events(const healer::salusctl::LogsFound& found, Level level) {
  return found.events[static_cast<std::size_t>(level)];
}

}  // namespace

TEST_CASE_METHOD(Fixture, "events are counted by level and by hour") {
  const auto found = find(
      "2025-01-02 03:04:05,678 INFO bot: order 1 placed\n"
      "2025-01-02 03:59:59,999 ERROR bot: order 2 rejected\n"
      "2025-01-02 04:00:00,000 ERROR bot: order 3 rejected\n");
  CHECK(found.lines == 3);
  CHECK(found.bytes == 153);
  CHECK(found.timed);
  CHECK(base::rfc3339(found.first) == "2025-01-02T03:04:05.678Z");
  CHECK(base::rfc3339(found.last) == "2025-01-02T04:00:00.000Z");
  CHECK(events(found, Level::info) == 1);
  CHECK(events(found, Level::error) == 2);
  REQUIRE(found.hours.size() == 2);
  CHECK(found.hours.begin()->second[static_cast<std::size_t>(Level::error)] == 1);
  CHECK(found.book.all(found.last).size() == 2);
}

TEST_CASE_METHOD(Fixture, "a log without times has events, and no hours") {
  const auto found = find("one\ntwo\nthree");
  CHECK(found.lines == 3);
  CHECK_FALSE(found.timed);
  CHECK(found.hours.empty());
  CHECK(found.book.events() == 3);
}

TEST_CASE_METHOD(Fixture, "what comes before the first time counts for no hour") {
  const auto found = find("a banner\n2025-01-02 03:04:05 INFO started\nand more\n");
  CHECK(found.timed);
  CHECK(base::rfc3339(found.first) == "2025-01-02T03:04:05.000Z");
  CHECK(base::rfc3339(found.last) == "2025-01-02T03:04:05.000Z");
  REQUIRE(found.hours.size() == 1);
  CHECK(found.hours.begin()->second[static_cast<std::size_t>(Level::info)] == 2);
}

TEST_CASE_METHOD(Fixture, "lines are the same however the reading cuts them") {
  std::string content;
  for (int i = 0; i < 30'000; ++i)
    content += "2025-01-02 03:04:05 INFO order " + std::to_string(i) + " placed\r\n";
  const auto found = find(content);
  CHECK(found.lines == 30'000);
  const auto patterns = found.book.all(found.last);
  REQUIRE(patterns.size() == 1);
  CHECK(patterns[0].count == 30'000);
}

TEST_CASE_METHOD(Fixture, "a line beyond 64 KiB is cut, counted and no line more") {
  const auto found = find("first\n" + std::string(1'000'000, 'x') + "\nlast\n");
  CHECK(found.lines == 3);
  CHECK(found.cut == 1);
  CHECK(found.book.events() == 3);
}

TEST_CASE_METHOD(Fixture, "no event goes on from one file into the next") {
  const std::string one = folder.write("one", "Traceback (most recent call last):\n");
  const std::string two = folder.write("two", "  File \"a.py\", line 1\n");
  const auto found = find_in_logs({.files = {one, two}}, clock);
  REQUIRE(found);
  CHECK(found->book.events() == 2);
}

TEST_CASE_METHOD(Fixture, "each line has an answer, a folded one that of its event") {
  const std::string log = folder.write("a.log",
                                       "2025-01-02 03:04:05 INFO started\n"
                                       "2025-01-02 03:04:06 ERROR no more\n"
                                       "Traceback (most recent call last):\n"
                                       "  File \"a.py\", line 1, in <module>\n"
                                       "ValueError: bad\n"
                                       "2025-01-02 03:04:07 INFO started\n");
  const Output output = scan_logs({.files = {log}, .per_line = true}, clock);
  CHECK(output.code == 0);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < output.out.size();) {
    const std::size_t end = output.out.find('\n', at);
    lines.push_back(output.out.substr(at, end - at));
    at = end + 1;
  }
  REQUIRE(lines.size() == 6);
  CHECK(lines[0].starts_with("info\t"));
  CHECK(lines[0].size() == 5 + 16);
  CHECK(lines[5] == lines[0]);
  CHECK(lines[1].starts_with("error\t"));
  CHECK(
      std::all_of(lines.begin() + 1, lines.begin() + 5, [&](const auto& line) { return line == lines[1]; }));
}

TEST_CASE_METHOD(Fixture, "an early line has the id that its pattern has in the end") {
  std::string content;
  for (const char* name : {"alice", "bob", "carol", "dave", "erin"}) {
    content += "cannot reach " + std::string(name) + " today\n";
  }
  const Output output = scan_logs({.files = {folder.write("a.log", content)}, .per_line = true}, clock);
  const std::string first = output.out.substr(0, output.out.find('\n') + 1);
  CHECK(output.out == first + first + first + first + first);
}

TEST_CASE_METHOD(Fixture, "what cannot be read is named") {
  const std::string missing = folder.file("missing.log");
  const Output output = scan_logs({.files = {missing}}, clock);
  CHECK(output.code == 1);
  CHECK(output.out.empty());
  CHECK(output.err == "salusctl: " + missing + ": No such file or directory\n");
  CHECK(scan_logs({.files = {folder.path()}}, clock).err ==
        "salusctl: " + folder.path() + ": Is a directory\n");
}

TEST_CASE_METHOD(Fixture, "a --since that is no time is wrong usage") {
  const Output output = scan_logs({.files = {folder.write("a", "")}, .since = "yesterday"}, clock);
  CHECK(output.code == 2);
  CHECK(output.err ==
        "salusctl: --since: \"yesterday\" is neither a duration such as 24h nor an RFC 3339 time\n");
}

TEST_CASE_METHOD(Fixture, "the JSON holds the same counts") {
  const std::string log = folder.write("a.log",
                                       "2025-01-02 03:04:05 INFO started\n"
                                       "2025-01-02 03:04:06 ERROR lost\n");
  const Output output = scan_logs({.files = {log}, .json = true, .errors_per_hour = 1}, clock);
  CHECK(output.code == 0);
  const auto document = nlohmann::json::parse(output.out);
  CHECK(document["lines"] == 2);
  CHECK(document["events"] == nlohmann::json{{"critical", 0}, {"error", 1}, {"warning", 0}, {"info", 1}});
  CHECK(document["hours_over_threshold"] ==
        nlohmann::json::parse(R"([{"hour":"2025-01-02T03:00:00.000Z","critical":0,"error":1}])"));
  REQUIRE(document["patterns"].size() == 2);
  CHECK(document["patterns"][0]["first_seen"].is_string());
}
