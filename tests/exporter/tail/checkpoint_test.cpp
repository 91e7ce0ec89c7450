#include "exporter/tail/checkpoint.h"

#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using exporter::tail::Checkpoint;
using exporter::tail::SourceState;

namespace {

const base::WallTime kNow{std::chrono::seconds(1765944000)};

std::vector<SourceState> one() {
  SourceState state;
  state.source = "bot";
  state.counts.lines = 5;
  return {state};
}

}  // namespace

TEST_CASE("there is no state before the first checkpoint") {
  const tests::TemporaryFolder folder;
  const auto loaded = Checkpoint(folder.file("state")).load(kNow);
  REQUIRE(loaded);
  REQUIRE_FALSE(loaded->existed);
  REQUIRE(loaded->sources.empty());
}

TEST_CASE("a checkpoint makes its folder and is read back") {
  const tests::TemporaryFolder folder;
  const Checkpoint checkpoint(folder.file("state"));
  REQUIRE(checkpoint.save(one(), kNow));
  const auto loaded = checkpoint.load(kNow);
  REQUIRE(loaded);
  REQUIRE(loaded->existed);
  REQUIRE(loaded->quarantined.empty());
  REQUIRE(loaded->sources.size() == 1);
  REQUIRE(loaded->sources[0].counts.lines == 5);
}

TEST_CASE("a state that cannot be used is quarantined, and kept") {
  const tests::TemporaryFolder folder;
  const auto* text = GENERATE("", "rubbish", "salus-log-state 2 0 0\n");
  folder.write("log-state", text);
  const Checkpoint checkpoint(folder.path());
  const auto loaded = checkpoint.load(kNow);
  REQUIRE(loaded);
  REQUIRE(loaded->sources.empty());
  REQUIRE(loaded->quarantined.find(folder.file("log-state.1765944000")) != std::string::npos);
  REQUIRE(folder.read("log-state.1765944000") == text);
  REQUIRE_FALSE(std::filesystem::exists(folder.file("log-state")));
}

TEST_CASE("a folder that cannot be made is an error that names the file") {
  const tests::TemporaryFolder folder;
  folder.write("file", "");
  const auto saved = Checkpoint(folder.file("file/state")).save(one(), kNow);
  REQUIRE_FALSE(saved);
  REQUIRE(saved.error().message.find(folder.file("file/state/log-state")) != std::string::npos);
}

TEST_CASE("a state that cannot be read is an error, not a new beginning") {
  const tests::TemporaryFolder folder;
  std::filesystem::create_directories(folder.file("log-state"));
  REQUIRE_FALSE(Checkpoint(folder.path()).load(kNow));
}
