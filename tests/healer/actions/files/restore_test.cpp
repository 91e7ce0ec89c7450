#include "healer/actions/files/restore.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto/sha256.h"
#include "base/os/file.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using namespace healer::restore;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const base::SystemClock kClock;
const base::WallTime kNow(std::chrono::milliseconds(1765944000123));
constexpr std::string_view kAsideName = ".salus-damaged-20251217T040000.123Z";

struct Shelf {
  tests::TemporaryFolder disk;
  std::string content = "the model, all of it";
  base::ManifestEntry entry{"model.bin", base::sha256(content), content.size()};
  std::string backup = disk.write("backup/model.bin", content);
  std::string path = disk.file("models/model.bin");

  base::Result<Restored> run(base::Duration within = 60s) {
    return restore(path, backup, entry, kNow, base::Deadline::after(kClock, within));
  }
  std::vector<std::string> beside() const {
    std::vector<std::string> names;
    for (const auto& each : fs::directory_iterator(disk.file("models")))
      names.push_back(each.path().filename());
    std::ranges::sort(names);
    return names;
  }
};

}  // namespace

TEST_CASE_METHOD(Shelf, "a missing file is restored with the backup's mode, and its folder made") {
  ::chmod(backup.c_str(), 0640);
  CHECK(look(path, entry) == Standing::kMissing);
  const auto restored = run();
  REQUIRE(restored);
  CHECK(restored->aside.empty());
  CHECK(*base::read_file(path) == content);
  CHECK(beside() == std::vector<std::string>{"model.bin"});
  CHECK((fs::status(path).permissions() & fs::perms::all) == fs::perms(0640));
  CHECK(look(path, entry) == Standing::kGood);
}

TEST_CASE_METHOD(Shelf, "a damaged file is replaced, kept aside, and its mode kept") {
  disk.write("models/model.bin", GENERATE("half", "the model, ALL of it"));
  ::chmod(path.c_str(), 0604);
  const std::string before = *base::read_file(path);
  CHECK(look(path, entry) == Standing::kDamaged);
  const auto restored = run();
  REQUIRE(restored);
  CHECK(restored->aside == path + std::string(kAsideName));
  CHECK(*base::read_file(path) == content);
  CHECK(*base::read_file(restored->aside) == before);
  CHECK((fs::status(path).permissions() & fs::perms::all) == fs::perms(0604));
  CHECK(beside().size() == 2);
}

TEST_CASE_METHOD(Shelf, "a backup that is not what the manifest says is refused and the file left alone") {
  disk.write("models/model.bin", "half");
  const std::string bad = GENERATE("the model, ALL of it", "");
  disk.write("backup/model.bin", bad);
  const auto restored = run();
  REQUIRE_FALSE(restored);
  CHECK_THAT(restored.error().message, Catch::Contains("the backup does not match the manifest"));
  CHECK(*base::read_file(path) == "half");
  CHECK(beside() == std::vector<std::string>{"model.bin"});
}

TEST_CASE_METHOD(Shelf,
                 "neither a missing backup nor a symbolic link in its or the file's place is followed") {
  disk.write("models/model.bin", "half");
  const std::string wanted = GENERATE("no backup", "backup is a link", "file is a link");
  CAPTURE(wanted);
  if (wanted != "file is a link") fs::remove(backup);
  if (wanted == "backup is a link") fs::create_symlink(disk.write("elsewhere", content), backup);
  if (wanted == "file is a link") {
    fs::remove(path);
    fs::create_symlink(disk.write("elsewhere", "half"), path);
    CHECK_FALSE(look(path, entry));
  }
  CHECK_FALSE(run());
  CHECK(*base::read_file(path) == "half");
}

TEST_CASE_METHOD(Shelf, "what an earlier try left half-written is written again") {
  disk.write("models/model.bin", "half");
  disk.write("models/model.bin.salus-unfinished", "the mod");
  REQUIRE(run());
  CHECK(*base::read_file(path) == content);
  CHECK(beside() == std::vector<std::string>{"model.bin", "model.bin" + std::string(kAsideName)});
}

TEST_CASE_METHOD(Shelf, "a name that is taken is never written over to keep something aside") {
  disk.write("models/model.bin", "half");
  const std::string taken = disk.write("models/model.bin" + std::string(kAsideName), "older");
  CHECK_FALSE(run());
  CHECK(*base::read_file(taken) == "older");
  CHECK(*base::read_file(path) == "half");
}

TEST_CASE_METHOD(Shelf, "at the deadline it stops and leaves nothing behind") {
  disk.write("models/model.bin", "half");
  const auto restored = run(0s);
  REQUIRE_FALSE(restored);
  CHECK_THAT(restored.error().message, Catch::Contains("timed out"));
  CHECK(beside() == std::vector<std::string>{"model.bin"});
}

TEST_CASE_METHOD(Shelf, "an owner that cannot be set is reported, and the file is restored for its readers") {
  ::chmod(backup.c_str(), 04644);
  std::vector<std::pair<uid_t, gid_t>> asked;
  const auto refused = [&asked](int, uid_t owner, gid_t group) {
    asked.emplace_back(owner, group);
    errno = EPERM;
    return -1;
  };
  if (::chown(backup.c_str(), 4711, 4712) != 0) return;  // only root can give files away
  ::chmod(backup.c_str(), 04644);
  const auto restored = restore(path, backup, entry, kNow, base::Deadline::after(kClock, 60s), refused);
  REQUIRE(restored);
  CHECK(restored->owner_problem == "cannot set owner 4711:4712: operation not permitted");
  CHECK(asked == std::vector<std::pair<uid_t, gid_t>>{{4711, 4712}, {static_cast<uid_t>(-1), 4712}});
  CHECK(*base::read_file(path) == content);
  CHECK((fs::status(path).permissions() & fs::perms::mask) ==
        fs::perms(0644));  // nothing runs as another owner
}

TEST_CASE_METHOD(Shelf, "a file that its owner could not read without that owner is left as it is") {
  disk.write("models/model.bin", "half");
  if (::chown(path.c_str(), 4711, 4712) != 0) return;  // only root can give files away
  ::chmod(path.c_str(), 0640);
  bool group_works = false;
  const auto refused = [&group_works](int, uid_t owner, gid_t) {
    errno = EPERM;
    return owner == static_cast<uid_t>(-1) && group_works ? 0 : -1;
  };
  const auto deadline = base::Deadline::after(kClock, 60s);
  const auto restored = restore(path, backup, entry, kNow, deadline, refused);
  REQUIRE_FALSE(restored);
  CHECK_THAT(restored.error().message, Catch::Contains("with mode 0640 its owner could not read it"));
  CHECK(*base::read_file(path) == "half");
  CHECK(beside() == std::vector<std::string>{"model.bin"});
  group_works = true;
  REQUIRE(restore(path, backup, entry, kNow, deadline, refused));
  CHECK(*base::read_file(path) == content);
}
