#include "healer/actions/files/restore_files.h"

#include "base/crypto/manifest.h"
#include "base/crypto/sha256.h"
#include "base/os/file.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"

using tests::compile;
using namespace std::chrono_literals;

namespace {

const healer::Target kRestore{"task", "file_restore"};

struct Shelf {
  tests::TemporaryFolder disk;
  const base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};
  const base::SystemClock clock;
  base::Manifest manifest{disk.file("backup"), {}};
  std::string list = disk.file("models/MANIFEST");

  Shelf() {
    for (const char* name : {"a.bin", "sub/b.bin", "c.bin"}) {
      const std::string content = std::string("content of ") + name;
      disk.write(std::string("models/") + name, content);
      disk.write(std::string("backup/") + name, content);
      manifest.files.push_back({name, base::sha256(content), content.size()});
    }
  }
  base::Result<healer::actions::Outcome> run(base::Duration within = 60s) {
    disk.write("models/MANIFEST", base::format_manifest(manifest));
    const auto compiled = compile("restore_files", "{manifests: ['" + list + "']}", {nowhere, clock});
    REQUIRE(compiled.problems == "");
    return compiled.action->run(kRestore, base::Deadline::after(clock, within));
  }
};

}  // namespace

TEST_CASE_METHOD(Shelf, "files that are as they should be are left alone") {
  const auto outcome = run();
  REQUIRE(outcome);
  CHECK(outcome->detail == "checked 3 files, restored 0");
}

TEST_CASE_METHOD(Shelf, "what is missing or damaged is restored") {
  std::filesystem::remove_all(disk.file("models/sub"));
  disk.write("models/a.bin", "something else");
  const auto outcome = run();
  REQUIRE(outcome);
  CHECK_THAT(outcome->detail, Catch::StartsWith("checked 3 files, restored 2; ") &&
                                  Catch::Contains("a.bin was damaged, kept as ") &&
                                  Catch::Contains("sub/b.bin was missing"));
  CHECK(*base::read_file(disk.file("models/sub/b.bin")) == "content of sub/b.bin");
  CHECK(run()->detail == "checked 3 files, restored 0");
}

TEST_CASE_METHOD(Shelf, "one that cannot be restored is a failure, and does not keep the others from it") {
  disk.write("models/a.bin", "something else");
  disk.write("backup/a.bin", "something else");
  std::filesystem::remove(disk.file("models/c.bin"));
  const auto outcome = run();
  REQUIRE_FALSE(outcome);
  CHECK_THAT(outcome.error().message, Catch::Contains("the backup does not match the manifest"));
  CHECK(*base::read_file(disk.file("models/c.bin")) == "content of c.bin");
  CHECK(*base::read_file(disk.file("models/a.bin")) == "something else");
}

TEST_CASE_METHOD(Shelf, "a manifest that names no backup, or cannot be read, is a failure") {
  manifest.backup.clear();
  CHECK(run());
  std::filesystem::remove(disk.file("models/a.bin"));
  CHECK_THAT(run().error().message, Catch::Contains("a.bin is missing, and its manifest names no backup"));
  list = disk.file("none");
  CHECK_FALSE(run());
}

TEST_CASE_METHOD(Shelf, "without time nothing is started") {
  std::filesystem::remove(disk.file("models/a.bin"));
  CHECK_THAT(run(0s).error().message, Catch::Contains("timed out before a.bin"));
}

TEST_CASE_METHOD(Shelf, "which manifests is said by absolute paths") {
  CHECK_THAT(compile("restore_files", "{manifests: []}", {nowhere, clock}).problems,
             Catch::Contains("must list at least one manifest"));
  CHECK_THAT(compile("restore_files", "{manifests: [m/MANIFEST]}", {nowhere, clock}).problems,
             Catch::Contains("\"m/MANIFEST\" is not an absolute path"));
  CHECK_THAT(compile("restore_files", "{}", {nowhere, clock}).problems, Catch::Contains("manifests"));
}
