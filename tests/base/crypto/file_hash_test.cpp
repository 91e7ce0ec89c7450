#include "base/crypto/file_hash.h"

#include <sys/stat.h>

#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using base::FileHash;
using base::FileIdentity;

namespace {

FileIdentity identity_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return FileIdentity::of(status);
}

}  // namespace

TEST_CASE("a file is hashed in steps of any length") {
  const tests::TemporaryFolder folder;
  const std::string content(1'000'003, 'q');
  auto file = FileHash::open(folder.write("model", content));
  REQUIRE(file);
  const std::size_t step = GENERATE(1'000'000, 300'000, 2'000'000);
  int steps = 1;
  for (auto done = file->step(step); !done.value(); done = file->step(step)) ++steps;
  REQUIRE(steps == static_cast<int>(content.size() / step) + 1);
  REQUIRE(file->finish() == base::sha256(content));
}

TEST_CASE("an empty file has a hash, too") {
  const tests::TemporaryFolder folder;
  const auto hashed = base::hash_file(folder.write("empty", ""));
  REQUIRE(hashed);
  REQUIRE(hashed->sha256 == base::sha256(""));
  REQUIRE(hashed->size == 0);
}

TEST_CASE("a file that changes while it is hashed has no hash") {
  const tests::TemporaryFolder folder;
  const auto path = folder.write("model", std::string(1000, 'q'));
  auto file = FileHash::open(path);
  REQUIRE_FALSE(file->step(10).value());
  const auto* change = GENERATE("longer", "shorter");
  folder.write("model", std::string(std::string_view(change) == "longer" ? 1001 : 999, 'p'));
  const auto done = file->step(1'000'000);
  REQUIRE_FALSE(done);
  REQUIRE(done.error().message == "read " + path + ": the file changed while it was read");
}

TEST_CASE("what is no regular file is reported, and blocks no caller") {
  const tests::TemporaryFolder folder;
  REQUIRE_FALSE(FileHash::open(folder.file("missing")));
  REQUIRE(FileHash::open(folder.path()).error().message == "read " + folder.path() + ": not a regular file");
  REQUIRE(::mkfifo(folder.file("fifo").c_str(), 0600) == 0);
  REQUIRE_FALSE(base::hash_file(folder.file("fifo")));
}

TEST_CASE("an identity changes with the content, even when the modification time is set back") {
  const tests::TemporaryFolder folder;
  const auto path = folder.write("model", "one");
  const auto before = identity_of(path);
  REQUIRE(before == identity_of(path));
  const auto modified = std::filesystem::last_write_time(path);
  std::filesystem::rename(folder.write("model.new", "two"), path);
  std::filesystem::last_write_time(path, modified);
  REQUIRE(identity_of(path) != before);
}
