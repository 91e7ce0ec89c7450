#include "exporter/collectors/subsystems/state_file.h"

#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using exporter::collectors::StateFile;
using exporter::collectors::StateFileReader;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;
  StateFile file{
      .path = folder.file("state.json"), .time = {{"/last_cycle", {}}}, .items = {{"symbols", "/symbols"}}};
  int pauses = 0;
  std::function<void()> while_pausing = [] {};

  StateFileReader reader() {
    return StateFileReader(file, [this](base::Duration length) {
      REQUIRE(length == std::chrono::milliseconds(50));
      ++pauses;
      while_pausing();
    });
  }
  // As a careful writer does it.
  void replace(std::string_view content) {
    std::filesystem::rename(folder.write("state.tmp", content), folder.file("state.json"));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a time and a count are read from inside the file") {
  replace(R"({"last_cycle": 1765944000, "symbols": ["BTC", "ETH"]})");
  auto reader = this->reader();
  const auto& facts = reader.read();
  REQUIRE(facts.present);
  REQUIRE(facts.read);
  REQUIRE(base::rfc3339(*facts.updated) == "2025-12-17T04:00:00.000Z");
  REQUIRE(facts.items.at("symbols") == 2);
  REQUIRE(pauses == 0);
}

TEST_CASE_METHOD(Fixture, "a count is an array's or object's length, or a number itself") {
  file.items = {{"array", "/a"}, {"object", "/o"}, {"number", "/n"}, {"none", "/e"}};
  replace(R"({"last_cycle": 1, "a": [1, 2, 3], "o": {"x": 1}, "n": 7.5, "e": []})");
  auto reader = this->reader();
  REQUIRE(reader.read().items ==
          std::map<std::string, double>{{"array", 3}, {"object", 1}, {"number", 7.5}, {"none", 0}});
}

TEST_CASE_METHOD(Fixture, "a time inside the file may be written in each of these ways") {
  const auto [document, expected] = GENERATE(table<const char*, const char*>({
      {R"({"t": 1765944000})", "2025-12-17T04:00:00.000Z"},
      {R"({"t": 1765944000.25})", "2025-12-17T04:00:00.250Z"},
      {R"({"t": 1765944000250})", "2025-12-17T04:00:00.250Z"},
      {R"({"t": 1765944000250000})", "2025-12-17T04:00:00.250Z"},
      {R"({"t": 1765944000250000000})", "2025-12-17T04:00:00.250Z"},
      {R"({"t": "1765944000"})", "2025-12-17T04:00:00.000Z"},
      {R"({"t": "1765944000.25"})", "2025-12-17T04:00:00.250Z"},
      {R"({"t": "2025-12-17T04:00:00Z"})", "2025-12-17T04:00:00.000Z"},
      {R"({"t": "2025-12-17T05:00:00+01:00"})", "2025-12-17T04:00:00.000Z"},
      // Without a zone: in the one that is configured.
      {R"({"t": "2025-12-17T05:00:00"})", "2025-12-17T04:00:00.000Z"},
      {R"({"t": "2025-12-17 05:00:00.250000"})", "2025-12-17T04:00:00.250Z"},
      // In the future: as it is.
      {R"({"t": "2199-01-01T00:00:00Z"})", "2199-01-01T00:00:00.000Z"},
  }));
  CAPTURE(document);
  file.time = {{"/t", exporter::collectors::Timezone::find("Europe/Berlin").value()}};
  file.items = {};
  replace(document);
  auto reader = this->reader();
  const auto& facts = reader.read();
  REQUIRE(facts.read);
  // A double holds nanoseconds since 1970 to some hundred of them.
  REQUIRE(std::chrono::abs(*facts.updated - base::parse_rfc3339(expected).value()) <
          std::chrono::microseconds(1));
}

TEST_CASE_METHOD(Fixture, "a pointer leads to any depth, and through any name") {
  const auto [pointer, expected] = GENERATE(table<const char*, double>({
      {"/deep/2/n", 1},
      {"/a~1b", 2},
      {"/m~0n", 3},
      {"/~01", 4},
      {"/", 5},
      {"/ ", 6},
      {"/k\"l", 7},
      {"/\xC3\xBC", 8},
      {"/new\nline", 9},
      {"", 9},
  }));
  CAPTURE(pointer);
  file.time = {};
  file.items = {{"it", pointer}};
  replace(
      R"({"deep": [0, 0, {"n": 1}], "a/b": 2, "m~n": 3, "~1": 4, "": 5, " ": 6, "k\"l": 7, "\u00fc": 8, "new\nline": 9})");
  auto reader = this->reader();
  REQUIRE(reader.read().items.at("it") == expected);
}

TEST_CASE_METHOD(Fixture, "a number may be written as a string, but must be one") {
  const auto [value, expected] = GENERATE(table<const char*, std::optional<double>>({
      {R"("12")", 12},
      {R"("-0.5")", -0.5},
      {"-3", -3},
      {"1e3", 1000},
      {R"("12 symbols")", {}},
      {R"("")", {}},
      {R"("nan")", {}},
      {R"("inf")", {}},
      {"NaN", {}},
      {"Infinity", {}},
      {"true", {}},
      {"null", {}},
  }));
  CAPTURE(value);
  file.time = {};
  file.items = {{"it", "/n"}};
  replace(std::string(R"({"n": )") + value + "}");
  auto reader = this->reader();
  const auto& facts = reader.read();
  REQUIRE(facts.read == expected.has_value());
  if (expected) REQUIRE(facts.items.at("it") == *expected);
}

TEST_CASE_METHOD(Fixture, "a byte order mark before the document is not part of it") {
  replace("\xEF\xBB\xBF{\"last_cycle\": 1765944000, \"symbols\": [1]}");
  auto reader = this->reader();
  REQUIRE(reader.read().read);
}

TEST_CASE_METHOD(Fixture,
                 "calls and errors are shown as the program counts them, also when it starts again") {
  file.items = {};
  file.calls = "/stats/calls";
  file.errors = "/stats/errors";
  replace(R"({"last_cycle": 1, "stats": {"calls": 1000, "errors": "17"}})");
  auto reader = this->reader();
  const auto& facts = reader.read();
  REQUIRE(facts.calls == 1000.0);
  REQUIRE(facts.errors == 17.0);
  replace(R"({"last_cycle": 2, "stats": {"calls": 3, "errors": 0}})");
  REQUIRE(reader.read().calls == 3.0);
  REQUIRE(facts.errors == 0.0);
  // A counter that cannot be one leaves the last good values.
  const auto* bad =
      GENERATE(R"({"calls": -1, "errors": 0})", R"({"calls": 5})", R"({"calls": [5], "errors": 0})");
  replace(std::string(R"({"last_cycle": 3, "stats": )") + bad + "}");
  REQUIRE_FALSE(reader.read().read);
  REQUIRE(facts.calls == 3.0);
  std::filesystem::remove(file.path);
  REQUIRE_FALSE(reader.read().calls);
}

TEST_CASE_METHOD(Fixture, "why a file cannot be read is reported with the place") {
  const auto [content, expected] = GENERATE(table<const char*, const char*>({
      {"", "byte 0: "},
      {"{\"last_cycle\": 1", "byte 16: "},
      {"\xff\xfe{", "byte 0: invalid UTF-8"},
      {"{}", ": no time at \"/last_cycle\""},
      {"{\"last_cycle\": 1}", ": no array, object or number at \"/symbols\""},
  }));
  CAPTURE(content);
  replace(content);
  auto reader = this->reader();
  const auto& facts = reader.read();
  INFO(facts.problem);
  REQUIRE(facts.problem.starts_with(file.path + ": "));
  REQUIRE(facts.problem.find(expected) != std::string::npos);
  replace(R"({"last_cycle": 1, "symbols": 1})");
  REQUIRE(reader.read().problem.empty());
}

TEST_CASE_METHOD(Fixture, "without a time inside, the file's modification time counts and nothing is read") {
  file = {.path = file.path, .time = {}, .items = {}};
  replace("not JSON at all");
  std::filesystem::last_write_time(file.path,
                                   std::filesystem::file_time_type::clock::now() + std::chrono::hours(24));
  auto reader = this->reader();
  const auto& facts = reader.read();
  REQUIRE(facts.read);
  // A time in the future is shown as it is.
  REQUIRE(*facts.updated > base::SystemClock().now().wall + std::chrono::hours(23));
}

TEST_CASE_METHOD(Fixture, "a file that is missing has no facts, and none of older days") {
  auto reader = this->reader();
  REQUIRE_FALSE(reader.read().present);
  replace(R"({"last_cycle": 1765944000, "symbols": []})");
  REQUIRE(reader.read().read);
  std::filesystem::remove(file.path);
  const auto& facts = reader.read();
  REQUIRE_FALSE(facts.present);
  REQUIRE_FALSE(facts.read);
  REQUIRE_FALSE(facts.updated);
  REQUIRE(facts.items.empty());
}

TEST_CASE_METHOD(Fixture, "a half-written file is read again a little later") {
  replace(R"({"last_cycle": 17659)");
  while_pausing = [this] { replace(R"({"last_cycle": 1765944000, "symbols": [1]})"); };
  auto reader = this->reader();
  REQUIRE(reader.read().read);
  REQUIRE(pauses == 1);
}

TEST_CASE_METHOD(Fixture, "what stays unreadable keeps the last good values, marked as not read") {
  replace(R"({"last_cycle": 1765944000, "symbols": [1]})");
  auto reader = this->reader();
  reader.read();
  const auto* broken =
      GENERATE("", R"({"last_cycle": 17)", R"({"symbols": [1]})", R"({"last_cycle": 1})",
               R"({"last_cycle": "soon", "symbols": []})", R"({"last_cycle": null, "symbols": 1})",
               R"({"last_cycle": 1, "symbols": "many"})", "[1, 2", "\xff\xfe");
  CAPTURE(broken);
  replace(broken);
  const auto& facts = reader.read();
  REQUIRE(facts.present);
  REQUIRE_FALSE(facts.read);
  REQUIRE(base::rfc3339(*facts.updated) == "2025-12-17T04:00:00.000Z");
  REQUIRE(facts.items.at("symbols") == 1);
  replace(R"({"last_cycle": 1765944001, "symbols": [1, 2]})");
  REQUIRE(reader.read().read);
  REQUIRE(facts.items.at("symbols") == 2);
}

TEST_CASE_METHOD(Fixture, "a file larger than any state is not read into memory") {
  folder.write("state.json", "");
  std::filesystem::resize_file(file.path, 20 * 1024 * 1024);
  auto reader = this->reader();
  REQUIRE_FALSE(reader.read().read);
  REQUIRE(reader.read().problem == "read " + file.path + ": longer than 16777216 bytes");
}

TEST_CASE_METHOD(Fixture, "a folder in the file's place is no state") {
  std::filesystem::create_directory(file.path);
  auto reader = this->reader();
  REQUIRE_FALSE(reader.read().present);
}

TEST_CASE_METHOD(Fixture, "an unchanged file is not read again") {
  replace(R"({"last_cycle": 1765944000, "symbols": []})");
  auto reader = this->reader();
  reader.read();
  const auto modified = std::filesystem::last_write_time(file.path);
  // Same inode, size and time: only a reader that does not look would not notice.
  folder.write("state.json", R"({"last_cycle": 1765944999, "symbols": []})");
  std::filesystem::last_write_time(file.path, modified);
  REQUIRE(base::rfc3339(*reader.read().updated) == "2025-12-17T04:00:00.000Z");
}
