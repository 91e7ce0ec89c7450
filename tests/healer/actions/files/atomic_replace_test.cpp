#include "healer/actions/files/atomic_replace.h"

#include <sys/stat.h>

#include <filesystem>

#include "base/crypto/sha256.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using namespace healer::actions;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;
  base::SystemClock clock;
  const std::string path = folder.file("model");
  const std::string backup = folder.write("backup", "good");

  base::Result<Replaced> replace(base::Duration timeout = 20s) {
    return replace_by_copy(path, backup, base::sha256("good"), base::Deadline::after(clock, timeout));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a run that was stopped after keeping the original is taken up again") {
  folder.write("model", "broken");
  fs::create_hard_link(path, kept_name(path));
  folder.write("model.salus-new", "half a co");
  const auto done = replace();
  REQUIRE(done);
  CHECK(*done == Replaced::kDone);
  CHECK(folder.read("model") == "good");
  CHECK(folder.read("model.salus-original") == "broken");
  CHECK_FALSE(fs::exists(folder.file("model.salus-new")));
}

TEST_CASE_METHOD(Fixture, "an original that is kept already is not lost to another one") {
  folder.write("model", "mended by hand, and broken again");
  folder.write("model.salus-original", "the first original");
  const auto done = replace();
  REQUIRE_FALSE(done);
  CHECK_THAT(done.error().message, Catch::Contains("restore or remove it first"));
  CHECK(folder.read("model") == "mended by hand, and broken again");
  CHECK(folder.read("model.salus-original") == "the first original");
  CHECK_FALSE(fs::exists(folder.file("model.salus-new")));
}

TEST_CASE_METHOD(Fixture, "a file that is missing is replaced too, with nothing to keep") {
  CHECK(replace() == Replaced::kNothingToKeep);
  CHECK(folder.read("model") == "good");
  CHECK(put_back(path) == false);
  CHECK(folder.read("model") == "good");
}

TEST_CASE_METHOD(Fixture, "the copy has the backup's mode") {
  folder.write("model", "broken");
  REQUIRE(::chmod(backup.c_str(), 0640) == 0);
  REQUIRE(replace());
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
}

TEST_CASE_METHOD(Fixture, "without time nothing is replaced") {
  folder.write("model", "broken");
  CHECK_FALSE(replace(0s));
  CHECK(folder.read("model") == "broken");
  CHECK_FALSE(fs::exists(folder.file("model.salus-new")));
}

TEST_CASE_METHOD(Fixture, "only a regular file is replaced, and only a link is switched") {
  fs::create_symlink("backup", path);
  CHECK_FALSE(replace());
  CHECK_FALSE(switch_link(backup, "elsewhere"));
  CHECK_FALSE(switch_link(folder.file("gone"), "backup"));
}

TEST_CASE_METHOD(Fixture, "a link's original that is kept already is not lost to another one") {
  folder.write("second", "");
  fs::create_symlink("second", path);
  fs::create_symlink("first", kept_name(path));
  CHECK_FALSE(switch_link(path, "backup"));
  CHECK(fs::read_symlink(path) == "second");
  fs::remove(kept_name(path));
  fs::create_symlink("second", kept_name(path));
  REQUIRE(switch_link(path, "backup"));
  CHECK(fs::read_symlink(path) == "backup");
}
