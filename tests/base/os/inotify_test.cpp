#include "base/os/inotify.h"

#include <filesystem>
#include <fstream>
#include <stop_token>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using base::Inotify;
using Kind = base::Inotify::Event::Kind;

namespace {

constexpr auto kLong = std::chrono::seconds(30);

// What one wait reported.
struct Seen {
  bool written = false;
  bool changed = false;  // a name, or events were lost
  std::set<std::string> files;
};

Seen wait(Inotify& inotify, base::Duration longest) {
  Seen seen;
  inotify.wait(longest, {}, [&](const Inotify::Event& event) {
    seen.written = true;
    seen.changed = seen.changed || event.kind != Kind::kContent;
    seen.files.insert(std::string(event.folder) + "/" + std::string(event.name));
  });
  return seen;
}

}  // namespace

TEST_CASE("a write is reported at once with its file, and that no name changed") {
  const tests::TemporaryFolder folder;
  const auto path = folder.write("bot.log", "");
  Inotify inotify(Inotify::Writes::kEach);
  inotify.watch({folder.path()});
  std::ofstream file(path, std::ios::app);
  file << "line\n" << std::flush;
  const auto seen = wait(inotify, kLong);
  REQUIRE(seen.written);
  REQUIRE_FALSE(seen.changed);
  REQUIRE(seen.files == std::set<std::string>{path});
}

TEST_CASE("with finished writes only, a file is reported when it is closed") {
  const tests::TemporaryFolder folder;
  Inotify inotify(Inotify::Writes::kFinished);
  inotify.watch({folder.path()});
  std::ofstream file(folder.file("state.json"));
  file << "{}" << std::flush;
  REQUIRE_FALSE(wait(inotify, {}).written);
  file.close();
  REQUIRE(wait(inotify, kLong).files == std::set<std::string>{folder.file("state.json")});
}

TEST_CASE("a file that is created, removed or renamed is a change") {
  const tests::TemporaryFolder folder;
  Inotify inotify(Inotify::Writes::kEach);
  inotify.watch({folder.path()});
  folder.write("bot.log", "");
  REQUIRE(wait(inotify, kLong).changed);
  std::filesystem::rename(folder.file("bot.log"), folder.file("bot.log.1"));
  REQUIRE(wait(inotify, kLong).changed);
  std::filesystem::remove(folder.file("bot.log.1"));
  REQUIRE(wait(inotify, kLong).changed);
}

TEST_CASE("a folder that is replaced is watched again") {
  const tests::TemporaryFolder folder;
  folder.write("logs/bot.log", "");
  Inotify inotify(Inotify::Writes::kEach);
  REQUIRE(inotify.watch({folder.file("logs")}).added);
  std::filesystem::remove_all(folder.file("logs"));
  REQUIRE(wait(inotify, kLong).changed);
  wait(inotify, {});
  REQUIRE_FALSE(inotify.watch({folder.file("logs")}).all);
  folder.write("logs/bot.log", "");
  const auto watched = inotify.watch({folder.file("logs")});
  REQUIRE(watched.all);
  REQUIRE(watched.added);
  REQUIRE_FALSE(inotify.watch({folder.file("logs")}).added);
  folder.write("logs/bot.log", "line\n");
  REQUIRE(wait(inotify, kLong).written);
}

TEST_CASE("a folder that is no longer asked for is not watched") {
  const tests::TemporaryFolder folder;
  Inotify inotify(Inotify::Writes::kEach);
  inotify.watch({folder.path()});
  inotify.watch({});
  wait(inotify, {});
  folder.write("bot.log", "");
  REQUIRE_FALSE(wait(inotify, {}).written);
}

TEST_CASE("a folder with two names is reported under both") {
  const tests::TemporaryFolder folder;
  folder.write("logs/bot.log", "");
  std::filesystem::create_directory_symlink(folder.file("logs"), folder.file("link"));
  Inotify inotify(Inotify::Writes::kFinished);
  inotify.watch({folder.file("link"), folder.file("logs")});
  folder.write("logs/bot.log", "line\n");
  REQUIRE(wait(inotify, kLong).files ==
          std::set<std::string>{folder.file("link/bot.log"), folder.file("logs/bot.log")});
  // One name less: the folder stays watched under the other, from the next call on.
  inotify.watch({folder.file("logs")});
  REQUIRE(wait(inotify, kLong).changed);
  inotify.watch({folder.file("logs")});
  folder.write("logs/bot.log", "line\n");
  REQUIRE(wait(inotify, kLong).written);
}

TEST_CASE("a stop request ends a wait for changes") {
  Inotify inotify(Inotify::Writes::kEach);
  std::stop_source stop;
  stop.request_stop();
  bool any = false;
  inotify.wait(kLong, stop.get_token(), [&any](const auto&) { any = true; });
  inotify.pause(kLong, stop.get_token());
  REQUIRE_FALSE(any);
}
