#include "tests/stack/state_files.h"

#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

namespace {

example::Options options_in(const tests::TemporaryFolder& folder) {
  example::Options options;
  options.name = "executor";
  options.states = {folder.file("state.json")};
  options.universes = {folder.file("universe.json")};
  options.trades = {folder.file("trades.json")};
  options.blobs = {folder.file("model.pkl")};
  return options;
}

}  // namespace

TEST_CASE("state files are whole JSON with the time they are written for") {
  const tests::TemporaryFolder folder;
  const example::Options options = options_in(folder);
  REQUIRE(write_state_files(options, {7, 1765990517.5, 70, 14, true}, example::Shape::kWhole).empty());
  const auto state = nlohmann::json::parse(folder.read("state.json"));
  CHECK(state["last_cycle"] == 1765990517.5);
  CHECK(state["cycle"] == 7);
  CHECK(nlohmann::json::parse(folder.read("universe.json"))["symbols"].size() == 8);
  CHECK(nlohmann::json::parse(folder.read("trades.json"))["trades"].size() == 5);
  for (const char* file : {"state.json", "universe.json", "trades.json"}) {
    const auto content = nlohmann::json::parse(folder.read(file));
    CHECK(content["calls"] == 70);
    CHECK(content["errors"] == 14);
  }
  struct stat status{};
  REQUIRE(stat(options.states[0].c_str(), &status) == 0);
  CHECK(status.st_mtim.tv_sec == 1765990517);
  CHECK(status.st_mtim.tv_nsec == 500000000);
}

TEST_CASE("a universe may be empty") {
  const tests::TemporaryFolder folder;
  const example::Options options = options_in(folder);
  REQUIRE(write_state_files(options, {7, 1765990517.5, 70, 14, false}, example::Shape::kWhole).empty());
  CHECK(nlohmann::json::parse(folder.read("universe.json"))["symbols"].empty());
}

TEST_CASE("half a document is not JSON") {
  const tests::TemporaryFolder folder;
  const example::Options options = options_in(folder);
  REQUIRE(write_state_files(options, {7, 1765990517.5, 70, 14, true}, example::Shape::kHalf).empty());
  CHECK_FALSE(nlohmann::json::accept(folder.read("state.json")));
  CHECK_FALSE(nlohmann::json::accept(folder.read("universe.json")));
}

TEST_CASE("a blob is written once and then left alone") {
  const tests::TemporaryFolder folder;
  const example::Options options = options_in(folder);
  REQUIRE(write_blobs(options).empty());
  CHECK(std::filesystem::file_size(options.blobs[0]) > 4096);
  std::ofstream(options.blobs[0]) << "trained";
  REQUIRE(write_blobs(options).empty());
  CHECK(folder.read("model.pkl") == "trained");
}

TEST_CASE("a folder that is not there is reported") {
  example::Options options;
  options.states = {"/proc/nowhere/state.json"};
  CHECK(write_state_files(options, {1, 1, 0, 0, true}, example::Shape::kWhole) ==
        "cannot write /proc/nowhere/state.json.new");
}
