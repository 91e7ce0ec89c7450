// The twelve cases, each as it is named; more of rotation is in file_follower_test.cpp.
#include "exporter/tail/files/file_follower.h"
#include "tests/catch.h"
#include "tests/exporter/tail/files/follower_fixture.h"

using tests::FollowerFixture;
using tests::LogWriter;

TEST_CASE_METHOD(FollowerFixture, "case 1: appended lines are each taken once") {
  LogWriter writer(log);
  start();
  writer.lines(1000);
  turn();
  turn();
  REQUIRE(lines() == 1000);
}

TEST_CASE_METHOD(FollowerFixture, "case 2: rename and create") {
  LogWriter writer(log);
  start();
  writer.lines(500);
  turn();
  rename("bot.log", "bot.log.1");
  writer.reopen();
  writer.lines(500);
  turn();
  REQUIRE(lines() == 1000);
}

TEST_CASE_METHOD(FollowerFixture, "case 3: a renamed file that goes on being written to") {
  LogWriter writer(log);
  start();
  writer.lines(500);
  turn();
  rename("bot.log", "bot.log.1");
  LogWriter next(log);
  next.lines(300);
  turn();
  writer.lines(100);
  turn();
  wait(std::chrono::minutes(2));
  writer.lines(100);
  turn();
  REQUIRE(lines() == 1000);
}

TEST_CASE_METHOD(FollowerFixture, "case 4: two renames between two looks") {
  LogWriter writer(log);
  start();
  writer.lines(100);
  turn();
  rename("bot.log", "bot.log.1");
  writer.reopen();
  writer.lines(200);
  rename("bot.log.1", "bot.log.2");
  rename("bot.log", "bot.log.1");
  writer.reopen();
  writer.lines(300);
  turn();
  turn();
  REQUIRE(lines() == 600);
}

TEST_CASE_METHOD(FollowerFixture, "case 4, of lines that are all the same") {
  const auto same = [](const LogWriter& writer, int count) {
    for (int i = 0; i < count; ++i) writer.raw("ERROR the same\n");
  };
  LogWriter writer(log);
  start();
  same(writer, 100);
  turn();
  rename("bot.log", "bot.log.1");
  writer.reopen();
  same(writer, 200);
  rename("bot.log.1", "bot.log.2");
  rename("bot.log", "bot.log.1");
  writer.reopen();
  same(writer, 300);
  turn();
  REQUIRE(lines() == 600);
}

TEST_CASE_METHOD(FollowerFixture, "case 5: copytruncate after everything was read") {
  LogWriter writer(log);
  start();
  writer.lines(500);
  turn();
  copytruncate();
  writer.lines(100);
  turn();
  REQUIRE(lines() == 600);
}

TEST_CASE_METHOD(FollowerFixture, "case 6: copytruncate right after lines that were not read") {
  const int before = GENERATE(0, 1, 10, 50);
  CAPTURE(before);
  LogWriter writer(log);
  start();
  writer.lines(before);
  turn();
  writer.lines(500);
  copytruncate();
  writer.lines(100);
  turn();
  turn();
  REQUIRE(lines() == static_cast<std::uint64_t>(before) + 600);
  REQUIRE(gaps() == 0);
}

TEST_CASE_METHOD(FollowerFixture, "case 7: copytruncate, and regrown past the old offset at once") {
  LogWriter writer(log);
  start();
  writer.lines(200);
  turn();
  copytruncate();
  writer.lines(300);
  turn();
  REQUIRE(lines() == 500);
}

TEST_CASE_METHOD(FollowerFixture, "case 8: lines written while the exporter was down") {
  LogWriter writer(log);
  start();
  writer.lines(10);
  turn();
  const auto state = kill();
  writer.lines(200);
  restart(state);
  writer.lines(300);
  turn();
  REQUIRE(lines() == 510);
}

TEST_CASE_METHOD(FollowerFixture, "case 9: a line in two writes is one") {
  LogWriter writer(log);
  start();
  writer.raw("ERROR half of ");
  turn();
  REQUIRE(lines() == 0);
  wait(std::chrono::milliseconds(1200));
  REQUIRE(lines() == 0);
  writer.raw("a line\n");
  turn();
  REQUIRE(lines() == 1);
  REQUIRE(events() == 1);
}

TEST_CASE_METHOD(FollowerFixture, "case 10: a last line without a newline, then a rename") {
  LogWriter writer(log);
  start();
  writer.lines(1);
  writer.raw("ERROR and no end");
  turn();
  rename("bot.log", "bot.log.1");
  writer.reopen();
  turn();
  REQUIRE(lines() == 1);
  wait(std::chrono::seconds(2));
  REQUIRE(lines() == 2);
  wait(std::chrono::seconds(2));
  REQUIRE(lines() == 2);
}

TEST_CASE_METHOD(FollowerFixture, "case 11: a hundred tracebacks are a hundred events") {
  LogWriter writer(log);
  start();
  for (int i = 0; i < 100; ++i) {
    writer.raw(
        "2025-12-17 16:55:17,427 ERROR order failed\n"
        "Traceback (most recent call last):\n"
        "  File \"bot.py\", line 3, in run\n"
        "ValueError: ERROR of some kind\n");
  }
  turn();
  REQUIRE(events() == 100);
  REQUIRE(lines() == 400);
}

TEST_CASE_METHOD(FollowerFixture, "case 12: a hole in front of a line") {
  LogWriter writer(log);
  start();
  const auto size = GENERATE(100, 5'000'000);
  REQUIRE(::truncate(log.c_str(), size) == 0);
  turn();
  writer.raw("ERROR after the hole\n");
  turn();
  REQUIRE(lines() == 1);
}

TEST_CASE_METHOD(FollowerFixture,
                 "a link whose target is rotated loses nothing, also while the exporter is down") {
  const bool down = GENERATE(false, true);
  CAPTURE(down);
  std::filesystem::create_directory(folder.file("links"));
  LogWriter writer(log);
  std::filesystem::create_symlink(log, folder.file("links/bot.log"));
  writer.lines(1);
  start(true, "links/bot.log");
  REQUIRE(lines() == 1);
  std::optional<exporter::tail::SourceState> state;
  if (down) state = kill();
  writer.lines(50);
  rename("bot.log", "bot.log.1");
  writer.lines(5);
  writer.reopen();
  writer.lines(50);
  if (down) {
    pipeline = std::make_shared<exporter::tail::Pipeline>("bot", exporter::tail::Pipeline::Options{}, clock,
                                                          &*state);
    start(true, "links/bot.log");
  }
  turn();
  REQUIRE(lines() == 106);
  REQUIRE(gaps() == 0);
}

TEST_CASE_METHOD(FollowerFixture,
                 "a link that is pointed to the next file loses nothing, also while the exporter is down") {
  const bool down = GENERATE(false, true);
  CAPTURE(down);
  const std::string link = folder.file("current.log");
  LogWriter before(folder.file("app-20251217.log"));
  std::filesystem::create_symlink("app-20251217.log", link);
  before.lines(3);
  start(true, "current.log");
  REQUIRE(lines() == 3);
  std::optional<exporter::tail::SourceState> state;
  if (down) state = kill();
  before.lines(20);
  LogWriter after(folder.file("app-20251218.log"));
  std::filesystem::create_symlink("app-20251218.log", link + ".new");
  std::filesystem::rename(link + ".new", link);
  after.lines(30);
  if (down) {
    pipeline = std::make_shared<exporter::tail::Pipeline>("bot", exporter::tail::Pipeline::Options{}, clock,
                                                          &*state);
    start(true, "current.log");
  }
  turn();
  REQUIRE(lines() == 53);
  before.lines(1);
  wait(std::chrono::seconds(2));
  REQUIRE(lines() == 54);
}

TEST_CASE_METHOD(FollowerFixture, "a file that has settled is read again when it changes, or is touched") {
  LogWriter writer(log);
  writer.lines(1);
  start(true);
  wait(std::chrono::seconds(2));  // settled
  wait(std::chrono::seconds(2));
  writer.lines(1);
  follower->read({});
  REQUIRE(lines() == 1);  // nobody said so
  REQUIRE_FALSE(follower->touch(folder.file("other.log")));
  REQUIRE(follower->touch(log));
  follower->read({});
  REQUIRE(lines() == 2);
  wait(std::chrono::seconds(2));
  writer.lines(1);
  turn();
  REQUIRE(lines() == 3);
}
