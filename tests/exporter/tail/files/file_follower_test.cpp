#include "exporter/tail/files/file_follower.h"

#include "tests/catch.h"
#include "tests/exporter/tail/files/follower_fixture.h"

using exporter::tail::Pipeline;
using exporter::tail::SourceState;
using exporter::tail::Trouble;
using tests::FollowerFixture;
using tests::LogWriter;
using namespace std::chrono_literals;

TEST_CASE_METHOD(FollowerFixture, "copytruncate seen in each of its steps") {
  LogWriter writer(log);
  start();
  writer.lines(200);
  turn();
  // The copy grows under the follower's eyes, then lines come that it does not have.
  folder.write("bot.log.1", folder.read("bot.log").substr(0, 100));
  turn();
  folder.write("bot.log.1", folder.read("bot.log"));
  turn();
  writer.lines(10);
  turn();
  REQUIRE(::truncate(log.c_str(), 0) == 0);
  turn();
  writer.lines(300);
  turn();
  turn();
  REQUIRE(lines() == 510);
}

TEST_CASE_METHOD(FollowerFixture, "a truncation without a copy is a gap, and what follows is taken") {
  LogWriter writer(log);
  start();
  writer.lines(200);
  turn();
  REQUIRE(::truncate(log.c_str(), 0) == 0);
  writer.lines(10);
  turn();
  REQUIRE(lines() == 210);
  REQUIRE(gaps() == 0);  // the copy may be under another name just now
  wait(1s);
  REQUIRE(lines() == 210);
  REQUIRE(gaps() == 1);
}

TEST_CASE_METHOD(FollowerFixture,
                 "a copy that a list has missed, because it was being renamed, is found by the next") {
  LogWriter writer(log);
  start();
  writer.lines(10);
  turn();
  writer.lines(200);
  copytruncate();
  rename("bot.log.1", "elsewhere");
  writer.lines(10);
  turn();
  turn();
  REQUIRE(lines() == 20);
  // Truncated once more meanwhile.
  copytruncate();
  rename("bot.log.1", "elsewhere too");
  writer.lines(10);
  turn();
  rename("elsewhere", "bot.log.2");
  rename("elsewhere too", "bot.log.1");
  turn();
  turn();
  REQUIRE(lines() == 230);
  wait(2s);
  REQUIRE(lines() == 230);
  REQUIRE(gaps() == 0);
}

TEST_CASE_METHOD(FollowerFixture, "rotations while the exporter was down") {
  LogWriter writer(log);
  start();
  writer.lines(100);
  turn();
  pipeline->flush();
  const auto state = kill();
  SECTION("rename, twice") {
    writer.lines(100);
    rename("bot.log", "bot.log.1");
    writer.reopen();
    writer.lines(200);
    rename("bot.log.1", "bot.log.2");
    rename("bot.log", "bot.log.1");
    writer.reopen();
  }
  SECTION("copytruncate") {
    writer.lines(300);
    copytruncate();
  }
  writer.lines(300);
  restart(state);
  turn();
  REQUIRE(lines() == 700);
  REQUIRE(gaps() == 0);
}

TEST_CASE_METHOD(FollowerFixture, "an exporter killed at any moment of a rotation takes every line once") {
  const int killed_at = GENERATE(range(0, 7));
  const bool checkpoint_before = GENERATE(true, false);
  CAPTURE(killed_at, checkpoint_before);
  LogWriter writer(log);
  start();
  writer.lines(50);
  turn();
  pipeline->flush();
  SourceState old = pipeline->snapshot().state;
  old.written = clock.now().wall;
  int step = 0;
  const auto perhaps_killed = [&] {
    turn();
    if (step++ != killed_at) return;
    SourceState state = kill();
    if (checkpoint_before) {
      restart(state);
    } else {
      restart(old);
    }
  };
  perhaps_killed();
  writer.lines(10);
  perhaps_killed();
  rename("bot.log", "bot.log.1");
  perhaps_killed();
  writer.lines(10);
  perhaps_killed();
  writer.reopen();
  writer.lines(10);
  perhaps_killed();
  rename("bot.log.1", "bot.log.2");
  copytruncate();
  perhaps_killed();
  writer.lines(10);
  perhaps_killed();
  turn();
  REQUIRE(lines() == 90);
}

TEST_CASE_METHOD(FollowerFixture, "a partial line is read again by the next life, once") {
  LogWriter writer(log);
  start();
  writer.raw("ERROR half of ");
  turn();
  const auto state = kill();
  restart(state);
  writer.raw("a line\n");
  turn();
  REQUIRE(lines() == 1);
}

TEST_CASE_METHOD(FollowerFixture,
                 "a hole that a truncated file is left with by a writer that does not append") {
  LogWriter writer(log);
  start();
  writer.lines(100);
  turn();
  const auto size = std::filesystem::file_size(log);
  copytruncate();
  REQUIRE(::truncate(log.c_str(), static_cast<off_t>(size)) == 0);
  writer.lines(5);
  turn();
  REQUIRE(lines() == 105);
}

TEST_CASE_METHOD(FollowerFixture, "what was there before is left alone, or taken from the beginning") {
  const bool from_beginning = GENERATE(false, true);
  LogWriter old(folder.file("bot.log.1"));
  old.lines(70);
  LogWriter writer(log);
  writer.lines(100);
  start(from_beginning);
  writer.lines(1);
  turn();
  REQUIRE(lines() == (from_beginning ? 101U : 1U));
}

TEST_CASE_METHOD(FollowerFixture, "a line that was half written at the start is taken whole") {
  LogWriter writer(log);
  writer.lines(100);
  writer.raw("ERROR ha");
  start();
  writer.raw("lf\n");
  turn();
  REQUIRE(lines() == 1);
}

TEST_CASE_METHOD(FollowerFixture, "files that appear later are taken from their beginnings") {
  start(false, "*.log");
  REQUIRE(pipeline->trouble() == Trouble::missing);
  LogWriter one(folder.file("one.log"));
  one.lines(10);
  turn();
  REQUIRE(pipeline->trouble() == Trouble::none);
  LogWriter two(folder.file("two.log"));
  two.lines(20);
  one.lines(5);
  turn();
  REQUIRE(lines() == 35);
}

TEST_CASE_METHOD(FollowerFixture, "a pattern that matches the rotated files too takes no line twice") {
  LogWriter writer(log);
  start(false, "bot.log*");
  writer.lines(10);
  turn();
  rename("bot.log", "bot.log.1");
  writer.reopen();
  writer.lines(20);
  turn();
  copytruncate();
  writer.lines(30);
  turn();
  turn();
  REQUIRE(lines() == 60);
}

TEST_CASE_METHOD(FollowerFixture, "the lines of two files are not folded with each other") {
  LogWriter one(folder.file("one.log"));
  LogWriter two(folder.file("two.log"));
  start(false, "*.log");
  one.raw("ERROR order failed\n");
  turn();
  two.raw("  indented, of another\n");
  turn();
  REQUIRE(events() == 2);
}

TEST_CASE_METHOD(FollowerFixture, "old generations that are compressed, unpacked or copied bring no news") {
  LogWriter writer(log);
  start();
  writer.lines(10);
  turn();
  rename("bot.log", "bot.log.1");
  writer.reopen();
  writer.lines(10);
  turn();
  folder.write("bot.log.2.gz", folder.read("bot.log.1"));
  std::filesystem::copy_file(log, folder.file("bot.log.bak"));
  folder.write("bot.log.3", "ERROR from long ago\n");
  std::filesystem::last_write_time(folder.file("bot.log.3"),
                                   std::filesystem::last_write_time(log) - std::chrono::hours(24));
  turn();
  writer.lines(1);
  rename("bot.log.1", "bot.log.2");
  rename("bot.log", "bot.log.1");
  writer.reopen();
  writer.lines(1);
  turn();
  turn();
  REQUIRE(lines() == 22);
}

TEST_CASE_METHOD(FollowerFixture, "a deleted file is read to its end, then let go") {
  LogWriter writer(log);
  start();
  writer.lines(10);
  turn();
  std::filesystem::remove(log);
  writer.lines(5);
  turn();
  REQUIRE(pipeline->trouble() == Trouble::missing);
  REQUIRE(pipeline->strands().size() == 1);
  wait(std::chrono::seconds(11));
  turn();
  REQUIRE(lines() == 15);
  REQUIRE(pipeline->strands().empty());
}

TEST_CASE_METHOD(FollowerFixture, "a generation that is gone is forgotten") {
  LogWriter writer(log);
  start();
  writer.lines(10);
  turn();
  for (int i = 0; i < 20; ++i) {
    std::filesystem::remove(log + ".1");
    rename("bot.log", "bot.log.1");
    writer.reopen();
    writer.lines(10);
    turn();
    wait(std::chrono::seconds(11));
  }
  turn();
  REQUIRE(lines() == 210);
  REQUIRE(pipeline->strands().size() == 2);
}

TEST_CASE_METHOD(FollowerFixture, "a device with another number, after a boot, is no new file") {
  LogWriter writer(log);
  start();
  writer.lines(10);
  turn();
  pipeline->flush();
  auto state = kill();
  for (auto& strand : state.strands) {
    auto id = exporter::tail::FileId::parse(strand.identity).value();
    id.device += 1;
    strand.identity = id.str();
  }
  writer.lines(5);
  restart(state);
  REQUIRE(lines() == 15);
}

TEST_CASE_METHOD(FollowerFixture, "a file that was not configured before is new to a source that was") {
  LogWriter other(folder.file("other.log"));
  other.lines(50);
  std::filesystem::remove(log);
  start();
  auto state = kill();
  state.written = clock.now().wall + std::chrono::hours(1);
  clock.advance(std::chrono::hours(2));
  pipeline = std::make_shared<Pipeline>("bot", Pipeline::Options{}, clock, &state);
  start(false, "other.log");
  other.lines(1);
  turn();
  REQUIRE(lines() == 1);
}
