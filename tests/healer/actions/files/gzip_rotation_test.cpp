#include "healer/actions/files/gzip_rotation.h"

#include <unistd.h>

#include "tests/base/text/gunzip.h"
#include "tests/healer/actions/log_folder.h"
#include "tests/healer/actions/stopping_folder.h"

using healer::actions::pack;
using tests::StoppingFolder;
using namespace std::chrono_literals;

namespace {

bool nobody(const healer::actions::FileFacts&) { return false; }

struct Fixture : tests::LogFolder {
  std::string content = lines(20'000);

  static std::string lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "2025-12-16 12:00:00 INFO order " + std::to_string(i * i) + "\n";
    return text;
  }
  void put() { write("app.log", content, 20h); }
  std::string unpacked(const std::string& name) const { return tests::gunzip(disk.read(name)); }
  // The original as it was, or a whole copy under its own name: never neither.
  void check_nothing_is_lost() const {
    const auto found = names();
    if (found.contains("app.log")) {
      CHECK(disk.read("app.log") == content);
    } else {
      REQUIRE(found.contains("app.log.gz"));
    }
    if (found.contains("app.log.gz")) CHECK(unpacked("app.log.gz") == content);
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a packed file unpacks to what it was, with its owner, its mode and its time") {
  put();
  REQUIRE(::chmod(disk.file("app.log").c_str(), 0640) == 0);
  if (::geteuid() == 0) REQUIRE(::chown(disk.file("app.log").c_str(), 1234, 5678) == 0);
  const auto before = facts("app.log");
  const auto packed = pack(*folder, before, nobody, deadline());
  REQUIRE(packed);
  CHECK(packed->name == "app.log.gz");
  CHECK(names() == std::set<std::string>{"app.log.gz"});
  CHECK(unpacked("app.log.gz") == content);
  const auto after = facts("app.log.gz");
  CHECK(after.mode == before.mode);
  CHECK(after.modified == before.modified);
  CHECK(after.owner == before.owner);
  CHECK(after.group == before.group);
  CHECK(packed->bytes == after.bytes);
  CHECK(after.bytes < before.bytes / 5);
}

TEST_CASE_METHOD(Fixture, "an empty file is packed, too") {
  content = "";
  put();
  REQUIRE(pack(*folder, facts("app.log"), nobody, deadline()));
  CHECK(unpacked("app.log.gz").empty());
}

TEST_CASE_METHOD(
    Fixture, "whatever step fails, or is the last before a crash, nothing is lost and the next run ends it") {
  const auto how = GENERATE(StoppingFolder::How::kFails, StoppingFolder::How::kCrashes);
  put();
  StoppingFolder counting(*folder);
  REQUIRE(pack(counting, facts("app.log"), nobody, deadline()));
  REQUIRE(counting.steps() > 15);
  for (int step = 0; step < counting.steps(); ++step) {
    CAPTURE(step);
    for (const std::string& name : names()) std::filesystem::remove(disk.file(name));
    put();
    StoppingFolder stopping(*folder);
    const auto file = facts("app.log");
    stopping.stop_at(step, how);
    bool crashed = false;
    try {
      const auto packed = pack(stopping, file, nobody, deadline());
      CHECK_FALSE(packed);
    } catch (const tests::Crash&) {
      crashed = true;
    }
    CHECK(stopping.stopped());
    CHECK(crashed == (how == StoppingFolder::How::kCrashes));
    check_nothing_is_lost();
    if (!names().contains("app.log")) continue;
    REQUIRE(pack(*folder, facts("app.log"), nobody, deadline()));
    CHECK(names() == std::set<std::string>{"app.log.gz"});
    CHECK(unpacked("app.log.gz") == content);
  }
}

TEST_CASE_METHOD(Fixture, "a step that fails leaves nothing unfinished behind") {
  put();
  StoppingFolder counting(*folder);
  REQUIRE(pack(counting, facts("app.log"), nobody, deadline()));
  for (int step = 0; step < counting.steps(); ++step) {
    CAPTURE(step);
    for (const std::string& name : names()) std::filesystem::remove(disk.file(name));
    put();
    StoppingFolder stopping(*folder);
    stopping.stop_at(step, StoppingFolder::How::kFails);
    static_cast<void>(pack(stopping, facts("app.log"), nobody, deadline()));
    for (const std::string& name : names()) CHECK_FALSE(name.ends_with(healer::actions::kUnfinished));
  }
}

TEST_CASE_METHOD(Fixture, "another file's copy of that name is never replaced") {
  put();
  write("app.log.gz", "yesterday's", 44h);
  const auto packed = pack(*folder, facts("app.log"), nobody, deadline());
  REQUIRE(packed);
  CHECK(packed->name == "app.log.1.gz");
  CHECK(disk.read("app.log.gz") == "yesterday's");
  CHECK(unpacked("app.log.1.gz") == content);
}

TEST_CASE_METHOD(Fixture, "a copy of the same time with other content is another file's") {
  put();
  write("app.log.gz", "no gzip", 20h);
  const auto packed = pack(*folder, facts("app.log"), nobody, deadline());
  REQUIRE(packed);
  CHECK(packed->name == "app.log.1.gz");
}

TEST_CASE_METHOD(Fixture, "a file that another program begins to write to is left alone, and its copy goes") {
  put();
  const auto packed = pack(*folder, facts("app.log"), [](const auto&) { return true; }, deadline());
  REQUIRE_FALSE(packed);
  CHECK(packed.error().message == "compress app.log: a process has started to write to it");
  CHECK(names() == std::set<std::string>{"app.log"});
}

TEST_CASE_METHOD(Fixture, "a file that grows while it is packed stays, and its copy goes") {
  put();
  const auto grow = [this](const auto&) {
    content += "one more line\n";
    write("app.log", content, 0s);
    return false;
  };
  const auto packed = pack(*folder, facts("app.log"), grow, deadline());
  REQUIRE_FALSE(packed);
  CHECK(packed.error().message == "app.log was changed in the meantime");
  CHECK(names() == std::set<std::string>{"app.log"});
  CHECK(disk.read("app.log") == content);
}

TEST_CASE_METHOD(Fixture, "a file that changed since it was listed is not packed") {
  put();
  const auto before = facts("app.log");
  write("app.log", "new", 0s);
  CHECK_FALSE(pack(*folder, before, nobody, deadline()));
  CHECK(names() == std::set<std::string>{"app.log"});
}

TEST_CASE_METHOD(Fixture, "packing stops at its deadline in the middle of a file") {
  put();
  const auto packed = pack(*folder, facts("app.log"), nobody, deadline(0s));
  REQUIRE_FALSE(packed);
  CHECK(packed.error().message == "compress app.log: app.log: timed out");
  CHECK(names() == std::set<std::string>{"app.log"});
}
