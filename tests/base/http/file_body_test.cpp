#include "base/http/file_body.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using base::http::FileBody;
using Catch::Matchers::EndsWith;

TEST_CASE("a file is read in pieces, as it was when it was opened") {
  const tests::TemporaryFolder folder;
  const std::string path = folder.write("a.md", "0123456789");
  const auto body = FileBody::open(path).value();
  CHECK(body->size() == 10);
  CHECK(body->next(4).value() == "0123");
  std::filesystem::rename(folder.write("b.md", "other"), path);
  CHECK(body->next(4).value() == "4567");
  CHECK(body->next(4).value() == "89");
}

TEST_CASE("a file that becomes shorter is an error") {
  const tests::TemporaryFolder folder;
  const std::string path = folder.write("a.md", "0123456789");
  const auto body = FileBody::open(path).value();
  REQUIRE(::truncate(path.c_str(), 3) == 0);
  CHECK(body->next(10).value() == "012");
  CHECK_THAT(body->next(10).error().message, EndsWith("a.md: the file was truncated while it was read"));
}

TEST_CASE("only a regular file is a body") {
  const tests::TemporaryFolder folder;
  std::filesystem::create_symlink("/etc/passwd", folder.file("link"));
  REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  for (const std::string name : {"none", "link", "pipe"}) CHECK_FALSE(FileBody::open(folder.file(name)));
  CHECK_FALSE(FileBody::open(folder.path()));
  CHECK(FileBody::open(folder.write("empty", "")).value()->size() == 0);
}
