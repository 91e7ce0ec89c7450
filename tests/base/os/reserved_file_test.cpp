#include "base/os/reserved_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/os/descriptor.h"
#include "base/os/file.h"
#include "tests/catch.h"
#include "tests/fakes/immutable.h"
#include "tests/fakes/temporary_folder.h"

namespace {

constexpr std::size_t kBytes = 4096;

struct Fixture {
  tests::TemporaryFolder folder;
  std::string path = folder.file("policy.json");
  base::ReservedFile file{path, kBytes, 0644};

  ino_t inode(const std::string& name) const {
    struct stat status{};
    REQUIRE(::lstat(folder.file(name).c_str(), &status) == 0);
    return status.st_ino;
  }
  std::string spare(int number) const { return ".policy.json.spare-" + std::to_string(number); }
  std::string read() const {
    std::string text = folder.read("policy.json");
    REQUIRE(text.size() == kBytes);
    REQUIRE(text.back() == '\n');
    text.erase(text.find_last_not_of(" \n") + 1);
    return text;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "without spares there is nothing to write to") {
  CHECK(file.spares() == 0);
  const auto refused = file.replace("{}\n");
  REQUIRE_FALSE(refused);
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE_METHOD(Fixture, "spares own their blocks, and are written to, not created") {
  REQUIRE(file.prepare());
  CHECK(file.spares() == 3);
  struct stat status{};
  REQUIRE(::stat(folder.file(spare(1)).c_str(), &status) == 0);
  CHECK(status.st_size == kBytes);
  CHECK(status.st_blocks * 512 >= static_cast<blkcnt_t>(kBytes));
  CHECK((status.st_mode & 0777) == 0644);
  const ino_t first = inode(spare(1));
  REQUIRE(file.replace("{\"a\":1}\n"));
  CHECK(inode("policy.json") == first);
  CHECK(read() == "{\"a\":1}");
}

TEST_CASE_METHOD(Fixture, "a replacement after the first one costs no spare, however many there are") {
  folder.write("policy.json", "{\"ordinary\":true}\n");
  REQUIRE(file.prepare());
  for (int i = 0; i < 20; ++i) {
    const std::string text =
        "{\"n\":" + std::to_string(i) + std::string(static_cast<std::size_t>(i), ' ') + "}";
    REQUIRE(file.replace(text + "\n"));
    CHECK(read() == text);
    CHECK(file.spares() == 2);
  }
  REQUIRE(base::write_at_once(path, "{}\n", 0644));
  CHECK(file.spares() == 2);
  REQUIRE(file.prepare());
  CHECK(file.spares() == 3);
  CHECK(folder.read("policy.json") == "{}\n");
}

TEST_CASE_METHOD(Fixture, "a reader that has the file open goes on reading what it opened") {
  REQUIRE(file.prepare());
  REQUIRE(file.replace("{\"n\":0}\n"));
  const base::Descriptor slow(::open(path.c_str(), O_RDONLY));
  for (int i = 1; i < 10; ++i) REQUIRE(file.replace("{\"n\":" + std::to_string(i) + "}\n"));
  std::string text(kBytes, '\0');
  REQUIRE(::pread(slow.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(kBytes));
  CHECK(text.substr(0, 7) == "{\"n\":0}");
  CHECK(read() == "{\"n\":9}");
}

TEST_CASE_METHOD(Fixture, "when readers have every spare open nothing is overwritten") {
  REQUIRE(file.prepare());
  std::vector<base::Descriptor> readers;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(file.replace("{\"n\":" + std::to_string(i) + "}\n"));
    readers.emplace_back(::open(path.c_str(), O_RDONLY));
  }
  const auto refused = file.replace("{\"n\":3}\n");
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, Catch::Contains("open"));
  CHECK(read() == "{\"n\":2}");
  readers.clear();
  CHECK(file.replace("{\"n\":3}\n"));
}

TEST_CASE_METHOD(Fixture, "what is longer than the reserve is refused") {
  REQUIRE(file.prepare());
  CHECK(file.replace(std::string(kBytes - 1, 'x') + "\n"));
  CHECK_FALSE(file.replace(std::string(kBytes, 'x') + "\n"));
  CHECK(folder.read("policy.json") == std::string(kBytes - 1, 'x') + "\n");
}

TEST_CASE_METHOD(Fixture, "a link is replaced and not followed, a folder is an error") {
  REQUIRE(file.prepare());
  const std::string elsewhere = folder.write("elsewhere", "mine");
  std::filesystem::create_symlink(elsewhere, path);
  REQUIRE(file.replace("{}\n"));
  CHECK(folder.read("elsewhere") == "mine");
  CHECK_FALSE(std::filesystem::is_symlink(path));
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  CHECK_FALSE(file.replace("{}\n"));
  CHECK(std::filesystem::is_directory(path));
}

TEST_CASE_METHOD(Fixture, "a spare that is a link to another file is replaced, never written to") {
  const std::string elsewhere = folder.write("elsewhere", std::string(kBytes, 'm'));
  const int number = GENERATE(1, 2);
  if (number == 1) std::filesystem::create_symlink(elsewhere, folder.file(spare(1)));
  if (number == 2) std::filesystem::create_hard_link(elsewhere, folder.file(spare(1)));
  CHECK(file.spares() == 0);
  REQUIRE(file.prepare());
  REQUIRE(file.replace("{}\n"));
  CHECK(folder.read("elsewhere") == std::string(kBytes, 'm'));
}

TEST_CASE_METHOD(Fixture, "spares are removed on demand") {
  REQUIRE(file.prepare());
  file.remove_spares();
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE_METHOD(Fixture, "a file is withdrawn, and none is no error") {
  CHECK(base::withdraw_file(path));
  folder.write("policy.json", "{}");
  CHECK(base::withdraw_file(path));
  CHECK_FALSE(std::filesystem::exists(path));
  CHECK(base::withdraw_file(folder.file("missing/policy.json")));
  std::filesystem::create_directory(path);
  CHECK(base::withdraw_file(path));  // no document is read from it
}

TEST_CASE_METHOD(Fixture, "in a folder that cannot be written a file is emptied") {
  folder.write("policy.json", "{}");
  REQUIRE(file.prepare());
  const tests::Immutable closed(folder.path());
  if (!closed.set()) return;
  CHECK_FALSE(file.replace("{\"n\":1}\n"));
  CHECK(folder.read("policy.json") == "{}");
  CHECK(base::withdraw_file(path));
  CHECK(folder.read("policy.json").empty());
}

TEST_CASE_METHOD(Fixture, "a file that can be neither removed nor emptied is an error") {
  folder.write("policy.json", "{}");
  const tests::Immutable fixed(path);
  if (!fixed.set()) return;
  const auto stays = base::withdraw_file(path);
  REQUIRE_FALSE(stays);
  CHECK_THAT(stays.error().message, Catch::StartsWith("remove " + path + ": "));
  CHECK(folder.read("policy.json") == "{}");
}
