#include "exporter/tail/inotify_waiter.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <stop_token>

#include "tests/fakes/temporary_folder.h"

using exporter::tail::FolderWake;

namespace {

constexpr auto kLong = std::chrono::seconds(30);

}  // namespace

TEST_CASE("a write is told at once, and that no name changed") {
  const tests::TemporaryFolder folder;
  const auto path = folder.write("bot.log", "");
  FolderWake wake;
  wake.watch({folder.path()});
  {
    std::ofstream(path, std::ios::app) << "line\n";
  }
  const auto woken = wake.wait(kLong, {});
  REQUIRE(woken.written);
  REQUIRE_FALSE(woken.changed);
}

TEST_CASE("a file that comes, goes or is renamed is a change") {
  const tests::TemporaryFolder folder;
  FolderWake wake;
  wake.watch({folder.path()});
  folder.write("bot.log", "");
  REQUIRE(wake.wait(kLong, {}).changed);
  std::filesystem::rename(folder.file("bot.log"), folder.file("bot.log.1"));
  REQUIRE(wake.wait(kLong, {}).changed);
  std::filesystem::remove(folder.file("bot.log.1"));
  REQUIRE(wake.wait(kLong, {}).changed);
}

TEST_CASE("a folder that is replaced is watched again") {
  const tests::TemporaryFolder folder;
  folder.write("logs/bot.log", "");
  FolderWake wake;
  wake.watch({folder.file("logs")});
  std::filesystem::remove_all(folder.file("logs"));
  REQUIRE(wake.wait(kLong, {}).changed);
  wake.wait({}, {});
  folder.write("logs/bot.log", "");
  wake.watch({folder.file("logs")});
  folder.write("logs/bot.log", "line\n");
  REQUIRE(wake.wait(kLong, {}).written);
}

TEST_CASE("a folder that is no longer asked for is not watched") {
  const tests::TemporaryFolder folder;
  FolderWake wake;
  wake.watch({folder.path()});
  wake.watch({});
  wake.wait({}, {});
  folder.write("bot.log", "");
  REQUIRE_FALSE(wake.wait({}, {}).written);
}

TEST_CASE("a stop request ends a wait") {
  FolderWake wake;
  std::stop_source stop;
  stop.request_stop();
  REQUIRE_FALSE(wake.wait(kLong, stop.get_token()).written);
}
