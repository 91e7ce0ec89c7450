#include "healer/actions/files/clear_files.h"

#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"

using namespace std::chrono_literals;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;
  base::SystemClock clock;
  base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};

  base::Result<healer::actions::Outcome> run(const std::string& path, base::Duration timeout = 20s) {
    const auto compiled =
        tests::compile("clear_cache", "{files: {folder: " + path + ", include: ['*.bin'], exclude: [keep*]}}",
                       {nowhere, clock});
    REQUIRE(compiled.problems == "");
    return compiled.action->run(tests::kTarget, base::Deadline::after(clock, timeout));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "the files of a cache go, however young; nothing else does") {
  for (const char* name : {"a.bin", "b.bin", "keep.bin", "notes.txt", "deeper/c.bin"})
    folder.write(name, "12345");
  std::filesystem::create_symlink(folder.file("notes.txt"), folder.file("link.bin"));
  const auto outcome = run(folder.path());
  REQUIRE(outcome);
  CHECK(outcome->detail == "removed 2, freed 10 B in " + folder.path());
  CHECK_FALSE(std::filesystem::exists(folder.file("a.bin")));
  for (const char* name : {"keep.bin", "notes.txt", "deeper/c.bin", "link.bin"}) {
    CHECK(std::filesystem::exists(folder.file(name)));
  }
}

TEST_CASE_METHOD(Fixture, "no folder is nothing to clear, and no time is a failure that names the file") {
  const auto skipped = run(folder.file("gone"));
  REQUIRE(skipped);
  CHECK_THAT(skipped->detail, Catch::StartsWith("skipped: "));
  folder.write("a.bin", "1");
  const auto late = run(folder.path(), 0s);
  REQUIRE_FALSE(late);
  CHECK_THAT(late.error().message, Catch::Contains("timed out before a.bin"));
}
