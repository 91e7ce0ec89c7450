#include "salusctl/manifest.h"

#include <sys/stat.h>

#include <filesystem>

#include "base/crypto/manifest.h"
#include "base/crypto/sha256.h"
#include "base/os/process.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using healer::salusctl::create_manifest;
using healer::salusctl::verify_manifest;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;
  std::string manifest = folder.file("MANIFEST");

  void create() { REQUIRE(create_manifest({{folder.path()}, manifest, ""}).code == 0); }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "a folder's files are listed with everything below it, in order, without the manifest") {
  folder.write("b", "bb");
  folder.write("deep/er/a", "a");
  folder.write("MANIFEST", "an older one\n");
  std::filesystem::create_symlink("b", folder.file("link"));
  std::filesystem::create_symlink("nowhere", folder.file("dangling"));
  REQUIRE(::mkfifo(folder.file("fifo").c_str(), 0600) == 0);
  const auto output = create_manifest({{folder.path(), folder.file("b")}, manifest, "/var/backups/models"});
  REQUIRE(output.out == "3 files listed in " + manifest + "\n");
  REQUIRE(output.code == 0);
  const auto written = base::read_manifest(manifest);
  REQUIRE(written);
  REQUIRE(*written == base::Manifest{"/var/backups/models",
                                     {{"b", base::sha256("bb"), 2},
                                      {"deep/er/a", base::sha256("a"), 1},
                                      {"link", base::sha256("bb"), 2}}});
}

TEST_CASE_METHOD(Fixture, "what was listed is intact") {
  folder.write("a", "a");
  folder.write("strange \"name\"\n\\\xE9", "b");
  create();
  const auto output = verify_manifest(manifest);
  REQUIRE(output.code == 0);
  REQUIRE(output.out == "2 files match " + manifest + "\n");
  REQUIRE(output.err.empty());
}

TEST_CASE_METHOD(Fixture, "sha256sum checks what was written, strange names too") {
  folder.write("a", "a");
  folder.write("strange \"name\"\n\\\xE9\r", "b");
  create();
  const base::SystemClock clock;
  const auto deadline = base::Deadline::after(clock, std::chrono::seconds(30));
  const base::Command check{.argv = {"sha256sum", "--check", "--strict", "--quiet", "MANIFEST"},
                            .directory = folder.path()};
  auto done = base::run(check, deadline);
  REQUIRE(done);
  CAPTURE(done->out, done->err);
  REQUIRE(done->ok());
  folder.write("a", "b");
  REQUIRE_FALSE(base::run(check, deadline)->ok());
}

TEST_CASE_METHOD(Fixture, "what sha256sum has written is checked") {
  folder.write("a", "a");
  folder.write("strange\n\\", "b");
  const base::SystemClock clock;
  const auto done = base::run({.argv = {"sha256sum", "a", "./strange\n\\"}, .directory = folder.path()},
                              base::Deadline::after(clock, std::chrono::seconds(30)));
  REQUIRE(done);
  folder.write("MANIFEST", done->out);
  REQUIRE(verify_manifest(manifest).code == 0);
  folder.write("strange\n\\", "c");
  REQUIRE(verify_manifest(manifest).out == "strange?\\: changed: content differs\n");
}

TEST_CASE_METHOD(Fixture, "each file that is not as it should be is reported") {
  for (const char* name : {"good", "gone", "longer", "other", "folder"}) folder.write(name, name);
  create();
  std::filesystem::remove(folder.file("gone"));
  folder.write("longer", "longer than it was");
  folder.write("other", "rehto");
  std::filesystem::remove(folder.file("folder"));
  std::filesystem::create_directory(folder.file("folder"));
  const auto output = verify_manifest(manifest);
  REQUIRE(output.code == 1);
  REQUIRE(output.out == "folder: read " + folder.file("folder") +
                            ": not a regular file\n"
                            "gone: missing\n"
                            "longer: changed: 18 bytes, expected 6\n"
                            "other: changed: content differs\n");
  REQUIRE(output.err == "salusctl: 4 of 5 files do not match " + manifest + "\n");
}

TEST_CASE_METHOD(Fixture, "a manifest that is none is wrong usage") {
  REQUIRE(verify_manifest(manifest).code == 2);
  folder.write("MANIFEST", "nonsense\n");
  const auto output = verify_manifest(manifest);
  REQUIRE(output.code == 2);
  REQUIRE(output.err.starts_with("salusctl: manifest " + manifest + ": line 1: \"nonsense\""));
}

TEST_CASE_METHOD(Fixture, "what cannot be listed is refused, and the old manifest stays") {
  folder.write("deep/a", "a");
  std::filesystem::create_directory(folder.file("empty"));
  folder.write("MANIFEST", "old\n");
  const auto refused = [](const healer::salusctl::CreateManifest& wanted, int code,
                          const std::string& message) {
    const auto output = create_manifest(wanted);
    CHECK(output.code == code);
    CHECK(output.err == "salusctl: " + message + "\n");
    CHECK(output.out.empty());
  };
  refused({{folder.file("none")}, manifest, ""}, 1, folder.file("none") + ": no such file");
  refused({{"/dev/null"}, manifest, ""}, 1, "/dev/null: neither a file nor a folder");
  refused({{folder.file("empty")}, manifest, ""}, 2, "no files to list");
  refused({{folder.file("MANIFEST")}, manifest, ""}, 2, "no files to list");
  refused({{folder.file("deep")}, manifest, "backup"}, 2, "--backup: \"backup\" is not an absolute path");
  refused({{folder.file("deep")}, folder.file("empty/MANIFEST"), ""}, 2,
          folder.file("deep/a") + " is not below " + folder.file("empty") + ", the folder of the manifest");
  REQUIRE(folder.read("MANIFEST") == "old\n");
}
