#include "exporter/collectors/state_file.h"

#include <catch2/catch.hpp>
#include <filesystem>

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
