#include "exporter/collectors/subsystems/file_facts.h"

#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using exporter::collectors::look_at;

TEST_CASE("a file's size and time are reported, through a link, too") {
  const tests::TemporaryFolder folder;
  const auto path = folder.write("model", "0123456789");
  std::filesystem::last_write_time(
      path, std::chrono::file_clock::from_sys(std::chrono::sys_seconds(std::chrono::seconds(1765944000))));
  std::filesystem::create_symlink("model", folder.file("link"));
  for (const auto& each : {path, folder.file("link")}) {
    const auto facts = look_at(each);
    REQUIRE(facts);
    REQUIRE(facts->size == 10);
    REQUIRE(base::rfc3339(facts->modified) == "2025-12-17T04:00:00.000Z");
  }
}

TEST_CASE("what is no regular file is not there") {
  const tests::TemporaryFolder folder;
  std::filesystem::create_symlink("nowhere", folder.file("dangling"));
  REQUIRE_FALSE(look_at(folder.file("none")));
  REQUIRE_FALSE(look_at(folder.file("dangling")));
  REQUIRE_FALSE(look_at(folder.path()));
}
