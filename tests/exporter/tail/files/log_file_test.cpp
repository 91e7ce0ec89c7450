#include "exporter/tail/files/log_file.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using exporter::tail::FileId;
using exporter::tail::Head;
using exporter::tail::LogFile;
using exporter::tail::status_of;

TEST_CASE("an identity is written and read back") {
  const FileId id{0xfd01, 123456789, {1024, 0xdeadbeefcafef00dULL}};
  const auto read = FileId::parse(id.str());
  REQUIRE(read);
  REQUIRE(read->same_inode(id));
  REQUIRE(read->head == id.head);
}

TEST_CASE("what is no identity is refused") {
  const auto* text = GENERATE("", "1:2:3", "1:2:3:4:5", "1:2:x:4", "1:2:401:4", "1:2:3:", "-1:2:3:4");
  CAPTURE(text);
  REQUIRE_FALSE(FileId::parse(text));
}

TEST_CASE("a file begins as it did until it is rewritten") {
  const tests::TemporaryFolder folder;
  const auto path = folder.write("bot.log", "one\ntwo\n");
  auto file = LogFile::open(path);
  REQUIRE(file);
  const Head head = file->head();
  REQUIRE(head.size == 8);
  folder.write("bot.log", "one\ntwo\nthree\n");
  REQUIRE(file->begins_with(head));
  folder.write("bot.log", "two\none\nthree\n");
  REQUIRE_FALSE(file->begins_with(head));
  folder.write("bot.log", "one\n");
  REQUIRE_FALSE(file->begins_with(head));
  REQUIRE(file->begins_with({}));
}

TEST_CASE("the head of a file grows with it, and is refused when the file is another") {
  const tests::TemporaryFolder folder;
  const auto file = LogFile::open(folder.write("bot.log", "one\n"));
  const Head head = file->head();
  folder.write("bot.log", "one\ntwo\n");
  const auto grown = file->grown(head);
  REQUIRE(grown);
  REQUIRE(grown->size == 8);
  REQUIRE(*grown == file->head());
  folder.write("bot.log", "two\none\n");
  REQUIRE_FALSE(file->grown(*grown));
}

TEST_CASE("only so many first bytes are hashed") {
  const tests::TemporaryFolder folder;
  const auto file = LogFile::open(folder.write("bot.log", std::string(5000, 'x')));
  REQUIRE(file->head().size == Head::kMax);
}

TEST_CASE("bytes are read from anywhere, none past the end") {
  const tests::TemporaryFolder folder;
  const auto file = LogFile::open(folder.write("bot.log", "0123456789"));
  std::string buffer(4, '\0');
  REQUIRE(file->read(buffer, 3).value() == "3456");
  REQUIRE(file->read(buffer, 8).value() == "89");
  REQUIRE(file->read(buffer, 10).value().empty());
}

TEST_CASE("a hole is skipped") {
  const tests::TemporaryFolder folder;
  const auto path = folder.write("bot.log", "");
  REQUIRE(::truncate(path.c_str(), 1 << 20) == 0);
  {
    std::ofstream(path, std::ios::binary | std::ios::app) << "line\n";
  }
  const auto file = LogFile::open(path);
  const auto data = file->after_hole(0);
  REQUIRE(data <= 1 << 20);
  REQUIRE(data > 0);
}

TEST_CASE("what is no regular file has no status and does not open") {
  const tests::TemporaryFolder folder;
  REQUIRE_FALSE(status_of(folder.path()));
  REQUIRE_FALSE(status_of(folder.file("none")));
  REQUIRE(LogFile::open(folder.file("none")).error() == ENOENT);
  REQUIRE(LogFile::open(folder.path()).error() == EINVAL);
}

TEST_CASE("a copy, whole or under way, begins as its original") {
  const tests::TemporaryFolder folder;
  const auto original = LogFile::open(folder.write("bot.log", "one\ntwo\n"));
  const auto copy = LogFile::open(folder.write("bot.log.1", "one\n"));
  const auto other = LogFile::open(folder.write("other.log", "two\n"));
  REQUIRE(exporter::tail::one_begins_the_other(*original, *copy));
  REQUIRE(exporter::tail::one_begins_the_other(*copy, *original));
  REQUIRE_FALSE(exporter::tail::one_begins_the_other(*original, *other));
}

TEST_CASE("a link is followed when root, we ourselves or the file's owner laid it") {
  const tests::TemporaryFolder folder;
  const auto file = folder.file("real.log");
  std::ofstream(file) << "x\n";
  std::filesystem::create_symlink("real.log", folder.file("link.log"));
  std::filesystem::create_symlink(folder.file("link.log"), folder.file("second.log"));
  std::filesystem::create_symlink("loop.log", folder.file("loop.log"));
  std::filesystem::create_symlink("none.log", folder.file("dangling.log"));
  CHECK(LogFile::open(file));
  CHECK(LogFile::open(folder.file("link.log")));
  CHECK(LogFile::open(folder.file("second.log")));
  CHECK(LogFile::open(folder.file("loop.log")).error() == ELOOP);
  CHECK(LogFile::open(folder.file("dangling.log")).error() == ENOENT);
  if (::geteuid() != 0) return;  // nobody else can give a link away
  constexpr uid_t kOther = 4242;
  REQUIRE(::lchown(folder.file("link.log").c_str(), kOther, kOther) == 0);
  CHECK(LogFile::open(folder.file("link.log")).error() == EACCES);
  CHECK(LogFile::open(folder.file("second.log")).error() == EACCES);
  REQUIRE(::chown(file.c_str(), kOther, kOther) == 0);
  CHECK(LogFile::open(folder.file("link.log")));
}
