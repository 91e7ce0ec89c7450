#include "healer/actions/files/open_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/os/descriptor.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

namespace {

healer::actions::FileId id_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return {status.st_dev, status.st_ino};
}

}  // namespace

TEST_CASE("a file that is open for writing is found, and one that is only read is not") {
  const tests::TemporaryFolder folder;
  const std::string path = folder.write("app.log", "line");
  const auto id = id_of(path);
  CHECK_FALSE(healer::actions::files_being_written().contains(id));
  base::Descriptor open(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  CHECK_FALSE(healer::actions::files_being_written().contains(id));
  open.reset(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  CHECK(healer::actions::files_being_written().contains(id));
  open.reset();
  CHECK_FALSE(healer::actions::files_being_written().contains(id));
}

TEST_CASE("where there is no /proc nothing is known to be written to") {
  const tests::TemporaryFolder folder;
  CHECK(healer::actions::files_being_written(folder.file("none")).empty());
  folder.write("17/fd/3", "no link");
  CHECK(healer::actions::files_being_written(folder.path()).size() <= 1);
}
