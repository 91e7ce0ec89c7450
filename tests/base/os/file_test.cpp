#include "base/os/file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <string>
#include <thread>

#include "base/os/descriptor.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using tests::TemporaryFolder;

namespace {

std::set<std::string> names(const TemporaryFolder& folder) {
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    found.insert(entry.path().filename());
  return found;
}

mode_t mode_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("a file is read whole, whatever is in it") {
  const TemporaryFolder folder;
  const std::string content = GENERATE(
      values<std::string>({"", "text\n", std::string("\0binary\xFF", 8), std::string(300'000, 'x')}));
  const auto read = base::read_file(folder.write("file", content));
  REQUIRE(read);
  CHECK((*read == content));
}

TEST_CASE("a file of exactly the allowed size is read, one byte more is refused") {
  const TemporaryFolder folder;
  const std::string path = folder.write("file", "12345678");
  CHECK(base::read_file(path, 8));
  const auto refused = base::read_file(path, 7);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "read " + path + ": longer than 7 bytes");
}

TEST_CASE("files whose size is not reported beforehand are read") {
  const auto status = base::read_file("/proc/self/status");
  REQUIRE(status);
  CHECK(status->find("VmRSS") != std::string::npos);
  CHECK_FALSE(base::read_file("/proc/self/status", 10));
}

TEST_CASE("what cannot be read says which path and why") {
  const TemporaryFolder folder;
  const std::string missing = folder.file("missing");
  CHECK(base::read_file(missing).error().message == "open " + missing + ": No such file or directory");
  CHECK(base::read_file(folder.path()).error().message == "read " + folder.path() + ": not a regular file");
}

TEST_CASE("a FIFO without a writer is refused instead of waited for") {
  const TemporaryFolder folder;
  REQUIRE(::mkfifo(folder.file("fifo").c_str(), 0600) == 0);
  const auto read = base::read_file(folder.file("fifo"));
  REQUIRE_FALSE(read);
  CHECK(read.error().message == "read " + folder.file("fifo") + ": not a regular file");
}

TEST_CASE("a file is written and replaced with its mode, whatever the umask, and nothing else is left") {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0077);
  CHECK(base::write_atomically(folder.file("state.json"), "one"));
  CHECK(folder.read("state.json") == "one");
  CHECK(mode_of(folder.file("state.json")) == 0640);
  CHECK(base::write_atomically(folder.file("state.json"), "two", 0644));
  ::umask(before);
  CHECK(folder.read("state.json") == "two");
  CHECK(mode_of(folder.file("state.json")) == 0644);
  CHECK(names(folder) == std::set<std::string>{"state.json"});
}

TEST_CASE("what is written at once replaces a file in the same way") {
  const TemporaryFolder folder;
  folder.write("policy.json", "one");
  CHECK(base::write_at_once(folder.file("policy.json"), "two", 0644));
  CHECK(folder.read("policy.json") == "two");
  CHECK(mode_of(folder.file("policy.json")) == 0644);
  CHECK(names(folder) == std::set<std::string>{"policy.json"});
  CHECK_FALSE(base::write_at_once(folder.file("missing/policy.json"), "three"));
}

TEST_CASE("a path without a folder is written in the working directory") {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const auto written = base::write_atomically("state.json", "here");
  std::filesystem::current_path(before);
  CHECK(written);
  CHECK(folder.read("state.json") == "here");
}

TEST_CASE("a folder that is not there is an error that names the file") {
  const TemporaryFolder folder;
  const std::string path = folder.file("missing/state.json");
  const auto written = base::write_atomically(path, "text");
  REQUIRE_FALSE(written);
  CHECK(written.error().message == "write " + path + ": create a temporary file: No such file or directory");
}

TEST_CASE("a folder that cannot be written to is an error and the old content stays") {
  if (::geteuid() == 0) {
    // Permissions do not stop root; /proc does.
    const auto written = base::write_atomically("/proc/state.json", "text");
    REQUIRE_FALSE(written);
    CHECK(written.error().message.starts_with("write /proc/state.json: create a temporary file: "));
    return;
  }
  const TemporaryFolder folder;
  const std::string path = folder.write("state.json", "old");
  REQUIRE(::chmod(folder.path().c_str(), 0500) == 0);
  const auto written = base::write_atomically(path, "new");
  REQUIRE(::chmod(folder.path().c_str(), 0700) == 0);
  REQUIRE_FALSE(written);
  CHECK(written.error().message == "write " + path + ": create a temporary file: Permission denied");
  CHECK(folder.read("state.json") == "old");
}

TEST_CASE("a target that cannot be replaced leaves no temporary file") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.file("state.json/full"));
  const auto written = base::write_atomically(folder.file("state.json"), "text");
  REQUIRE_FALSE(written);
  CHECK(written.error().message.starts_with("write " + folder.file("state.json") + ": rename: "));
  CHECK(names(folder) == std::set<std::string>{"state.json"});
}

TEST_CASE("a write that fails in its middle keeps the old content and leaves no temporary file") {
  const TemporaryFolder folder;
  const std::string path = folder.write("state.json", "old");
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto written = base::write_atomically(path, std::string(10'000, 'x'));
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);
  REQUIRE_FALSE(written);
  CHECK(written.error().message == "write " + path + ": File too large");
  CHECK(folder.read("state.json") == "old");
  CHECK(names(folder) == std::set<std::string>{"state.json"});
}

TEST_CASE("a reader never sees a mixture while a file is being replaced") {
  const TemporaryFolder folder;
  const std::string path = folder.write("state.json", std::string(20'000, 'a'));
  std::jthread writer([&] {
    for (const char c : std::string("bcdefghij")) {
      if (!base::write_atomically(path, std::string(20'000, c))) return;
    }
  });
  for (int i = 0; i < 200; ++i) {
    const auto read = base::read_file(path);
    REQUIRE(read);
    REQUIRE(read->size() == 20'000);
    REQUIRE(read->find_first_not_of(read->front()) == std::string::npos);
  }
}

TEST_CASE("a secret is read without the end of its line") {
  const TemporaryFolder folder;
  const auto [content, secret] =
      GENERATE(table<std::string, std::string>({{"s3cret", "s3cret"},
                                                {"s3cret\n", "s3cret"},
                                                {"s3cret\r\n", "s3cret"},
                                                {" s3\ncret\n\n", " s3\ncret\n"}}));
  const std::string path = folder.write("token", content);
  std::filesystem::permissions(path, std::filesystem::perms(0640));
  const auto read = base::read_secret(path);
  REQUIRE(read);
  CHECK(*read == secret);
}

TEST_CASE("a secret that others can read, or that is empty, is refused and not shown") {
  const TemporaryFolder folder;
  const auto [content, mode, why] = GENERATE(table<std::string, int, std::string>({
      {"s3cret\n", 0644, "a secret must not be readable by others (mode 644)"},
      {"s3cret\n", 0604, "a secret must not be readable by others (mode 604)"},
      {"", 0600, "the secret is empty"},
      {"\n", 0600, "the secret is empty"},
      {std::string(70'000, 's'), 0600, "longer than 65536 bytes"},
  }));
  const std::string path = folder.write("token", content);
  std::filesystem::permissions(path, std::filesystem::perms(mode));
  const auto read = base::read_secret(path);
  REQUIRE_FALSE(read);
  CHECK(read.error().message == "read " + path + ": " + why);
}

TEST_CASE("what can be written to the disk is, and what cannot says why") {
  const TemporaryFolder folder;
  const base::Descriptor file(::open(folder.write("log", "x").c_str(), O_RDONLY | O_CLOEXEC));
  CHECK(base::sync(file.get()));
  const auto failed = base::sync(-1);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "fsync: Bad file descriptor");
}
