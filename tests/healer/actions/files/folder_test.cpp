#include "healer/actions/files/folder.h"

#include <unistd.h>

#include "tests/healer/actions/log_folder.h"

using namespace std::chrono_literals;

TEST_CASE_METHOD(tests::LogFolder, "a folder lists its own regular files and nothing else") {
  write("b.log", "bb", 1h);
  write("a.log", "a", 1h);
  write("deeper/c.log", "c", 1h);
  const tests::TemporaryFolder outside;
  outside.write("secret", "x");
  std::filesystem::create_symlink(outside.file("secret"), disk.file("link.log"));
  REQUIRE(::mkfifo(disk.file("pipe.log").c_str(), 0600) == 0);
  const auto files = folder->list();
  REQUIRE(files);
  REQUIRE(files->size() == 2);
  CHECK(files->front().name == "a.log");
  CHECK(files->back().bytes == 2);
  CHECK(files->back().modified == clock.now().wall - 1h);
  CHECK(folder->list()->size() == 2);
}

TEST_CASE_METHOD(tests::LogFolder,
                 "a symbolic link is not opened, and a leftover that is one is not written through") {
  const tests::TemporaryFolder outside;
  outside.write("secret", "untouched");
  std::filesystem::create_symlink(outside.file("secret"), disk.file("link.log"));
  CHECK_FALSE(folder->open("link.log"));
  const auto created = folder->create("link.log");
  REQUIRE(created);
  REQUIRE(folder->write(*created, "ours"));
  CHECK(outside.read("secret") == "untouched");
  CHECK(disk.read("link.log") == "ours");
}

TEST_CASE_METHOD(tests::LogFolder, "only the very file that was seen is removed") {
  write("a.log", "first", 1h);
  const auto seen = facts("a.log");
  SECTION("as it was") {
    REQUIRE(folder->remove(seen));
    CHECK(names().empty());
  }
  SECTION("not one that was written to") {
    write("a.log", "first and second", 0s);
    CHECK(folder->remove(seen).error().message == "a.log was changed in the meantime");
  }
  SECTION("not another one of that name") {
    std::filesystem::rename(disk.file("a.log"), disk.file("a.log.1"));
    write("a.log", "other", 1h);
    CHECK_FALSE(folder->remove(seen));
    CHECK(disk.read("a.log") == "other");
  }
  SECTION("not a link in its place") {
    std::filesystem::rename(disk.file("a.log"), disk.file("kept"));
    std::filesystem::create_symlink(disk.file("kept"), disk.file("a.log"));
    CHECK_FALSE(folder->remove(seen));
    CHECK(names() == std::set<std::string>{"a.log", "kept"});
  }
}

TEST_CASE_METHOD(tests::LogFolder, "a rename never replaces what is there") {
  write("a", "a", 1h);
  write("b", "b", 1h);
  CHECK(folder->rename("a", "b").error().message == "rename a to b: file exists");
  CHECK(disk.read("b") == "b");
}

TEST_CASE_METHOD(tests::LogFolder, "a file is dressed as another") {
  write("a", "a", 26h);
  REQUIRE(::chmod(disk.file("a").c_str(), 0640) == 0);
  const auto as = facts("a");
  const auto created = folder->create("b");
  REQUIRE(created);
  CHECK((facts("b").mode & 0777) == 0600);
  REQUIRE(folder->dress(*created, as));
  CHECK(facts("b").mode == as.mode);
  CHECK(facts("b").modified == as.modified);
  CHECK(facts("b").owner == as.owner);
}

TEST_CASE("a folder that is not there is none, and a file is no folder") {
  const tests::TemporaryFolder disk;
  const auto none = healer::actions::open_folder(disk.file("none"));
  REQUIRE(none);
  CHECK(*none == nullptr);
  const auto file = healer::actions::open_folder(disk.write("file", ""));
  REQUIRE_FALSE(file);
  CHECK_THAT(file.error().message, Catch::EndsWith("file: not a directory"));
}
