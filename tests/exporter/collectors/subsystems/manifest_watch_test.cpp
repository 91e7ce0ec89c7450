#include "exporter/collectors/subsystems/manifest_watch.h"

#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using exporter::collectors::ManifestFile;
using exporter::collectors::ManifestWatch;
using exporter::collectors::ReadBudget;
using std::chrono::hours;

namespace {

constexpr std::size_t kPlenty = 1'000'000'000;

struct Fixture {
  tests::FakeClock clock;
  tests::TemporaryFolder folder;
  base::Manifest manifest;
  ManifestWatch watch{folder.file("MANIFEST"), hours(24), clock};

  // A file as the manifest will say it should be.
  void add(const std::string& name, const std::string& content) {
    folder.write(name, content);
    manifest.files.push_back({name, base::sha256(content), content.size()});
  }
  void publish() {
    std::filesystem::rename(folder.write("new", format_manifest(manifest)), folder.file("MANIFEST"));
  }
  // What one run may read, and how much of it is left.
  std::size_t run(std::size_t bytes = kPlenty) {
    watch.look();
    ReadBudget budget{bytes, base::Deadline::after(clock, std::chrono::seconds(1))};
    watch.verify(budget);
    return budget.bytes;
  }
  // Leaves no trace in size or modification time.
  void replace_unseen(const std::string& name, const std::string& content) {
    const auto modified = std::filesystem::last_write_time(folder.file(name));
    std::filesystem::rename(folder.write("new", content), folder.file(name));
    std::filesystem::last_write_time(folder.file(name), modified);
  }
  std::optional<bool> intact(std::size_t i = 0) const { return watch.files().at(i).intact; }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "files are held against their manifest") {
  add("good", "content");
  add("deep/changed", "content");
  add("longer", "content");
  add("missing", "content");
  publish();
  folder.write("deep/changed", "CONTENT");
  folder.write("longer", "content and more");
  std::filesystem::remove(folder.file("missing"));
  run();
  REQUIRE(watch.read());
  REQUIRE(intact(0) == true);
  REQUIRE(intact(1) == false);
  REQUIRE(intact(2) == false);
  REQUIRE_FALSE(watch.files()[3].facts);
  REQUIRE_FALSE(intact(3));
}

TEST_CASE_METHOD(Fixture, "an unchanged file is not read again, a changed one is, in spite of its date") {
  add("model", "content");
  publish();
  REQUIRE(run() < kPlenty);
  REQUIRE(run() == kPlenty);
  replace_unseen("model", "CONTENT");
  REQUIRE(run() < kPlenty);
  REQUIRE(intact() == false);
  replace_unseen("model", "content");
  run();
  REQUIRE(intact() == true);
}

TEST_CASE_METHOD(Fixture, "another size is known without reading") {
  add("model", "content");
  publish();
  run();
  folder.write("model", "longer content");
  REQUIRE(run(0) == 0);
  REQUIRE(intact() == false);
}

TEST_CASE_METHOD(Fixture, "a file too large for one run is gone on with; meanwhile the last verdict stays") {
  add("model", std::string(1000, 'q'));
  publish();
  run(400);
  REQUIRE_FALSE(intact());
  run(400);
  REQUIRE_FALSE(intact());
  run(400);
  REQUIRE(intact() == true);
  replace_unseen("model", std::string(1000, 'p'));
  run(400);
  run(400);
  REQUIRE(intact() == true);
  run(400);
  REQUIRE(intact() == false);
}

TEST_CASE_METHOD(Fixture, "nothing is read once the deadline has passed") {
  add("model", "content");
  publish();
  watch.look();
  ReadBudget budget{kPlenty, base::Deadline::after(clock, std::chrono::seconds(0))};
  watch.verify(budget);
  REQUIRE(budget.bytes == kPlenty);
  REQUIRE_FALSE(intact());
}

TEST_CASE_METHOD(Fixture, "an unchanged file is read again after a day, others first") {
  add("first", "content");
  add("second", "content");
  publish();
  run();
  const auto verified = watch.files()[0].verified.wall;
  clock.advance(hours(23));
  REQUIRE(run() == kPlenty);
  clock.advance(hours(1));
  replace_unseen("second", "CONTENT");
  run(8);
  REQUIRE(intact(1) == false);
  REQUIRE(watch.files()[0].verified.wall == verified);
  run();
  REQUIRE(watch.files()[0].verified.wall == verified + hours(24));
}

TEST_CASE_METHOD(Fixture, "with no interval given an unchanged file is never read again") {
  add("model", "content");
  publish();
  ManifestWatch never(folder.file("MANIFEST"), base::Duration::zero(), clock);
  never.look();
  ReadBudget budget{kPlenty, base::Deadline::after(clock, hours(1))};
  never.verify(budget);
  clock.advance(hours(10'000));
  never.look();
  ReadBudget untouched{kPlenty, base::Deadline::after(clock, hours(1))};
  never.verify(untouched);
  REQUIRE(untouched.bytes == kPlenty);
}

TEST_CASE_METHOD(Fixture, "a file that changes while it is read keeps no other waiting, and comes again") {
  add("busy", std::string(1000, 'q'));
  add("calm", "content");
  publish();
  run(400);
  folder.write("busy", std::string(1000, 'p'));
  run();
  REQUIRE(intact(1) == true);
  run();
  REQUIRE(intact(0) == false);
}

TEST_CASE_METHOD(Fixture, "a file that comes back is not known until it is read") {
  add("model", "content");
  publish();
  run();
  std::filesystem::remove(folder.file("model"));
  run();
  REQUIRE_FALSE(intact());
  folder.write("model", "content");
  run(0);
  REQUIRE(watch.files()[0].facts);
  REQUIRE_FALSE(intact());
  run();
  REQUIRE(intact() == true);
}

TEST_CASE_METHOD(Fixture, "a manifest that is gone or broken leaves what it said before") {
  watch.look();
  REQUIRE(watch.problem() == "manifest " + folder.file("MANIFEST") + ": no such file");
  REQUIRE(watch.files().empty());
  add("model", "content");
  publish();
  run();
  REQUIRE(watch.read());
  folder.write("MANIFEST", "nonsense\n");
  run();
  REQUIRE_FALSE(watch.read());
  REQUIRE(watch.problem().starts_with("manifest " + folder.file("MANIFEST") + ": line 1: "));
  REQUIRE(intact() == true);
  std::filesystem::remove(folder.file("MANIFEST"));
  folder.write("model", "CONTENT");
  run();
  REQUIRE_FALSE(watch.read());
  REQUIRE(intact() == false);
  publish();
  run();
  REQUIRE(watch.read());
}

TEST_CASE_METHOD(Fixture, "a new manifest is read, and what it says the same of as before need not be") {
  add("same", "content");
  add("other", "content");
  publish();
  run();
  manifest.files[1].sha256 = base::sha256("CONTENT");
  add("third", "content");
  publish();
  watch.look();
  REQUIRE(watch.files().size() == 3);
  REQUIRE(intact(0) == true);
  REQUIRE_FALSE(intact(1));
  run();
  REQUIRE(intact(1) == false);
  REQUIRE(intact(2) == true);
}
