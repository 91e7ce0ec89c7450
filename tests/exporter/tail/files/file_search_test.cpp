#include "exporter/tail/files/file_search.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using exporter::tail::FileSearch;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;

  // Names, and whether each is live.
  std::map<std::string, bool> look(FileSearch& search) const {
    std::map<std::string, bool> names;
    for (const auto& file : search.look()) {
      names[std::filesystem::path(file.path).filename().string()] = file.live;
    }
    return names;
  }
};

using Names = std::map<std::string, bool>;

}  // namespace

TEST_CASE_METHOD(Fixture, "a path is found with what rotation made of it") {
  for (const auto* name : {"bot.log", "bot.log.1", "bot.log.2.gz", "bot.log.swp", "other.log"})
    folder.write(name, "");
  std::filesystem::create_directory(folder.file("bot.log.3"));
  FileSearch search({folder.file("bot.log")});
  REQUIRE(look(search) == Names{{"bot.log", true}, {"bot.log.1", false}});
  REQUIRE(search.folders() == std::set<std::string>{folder.path()});
}

TEST_CASE_METHOD(Fixture, "a rotated file is found before there is a new one at its path") {
  folder.write("bot.log.1", "");
  FileSearch search({folder.file("bot.log")});
  REQUIRE(look(search) == Names{{"bot.log.1", false}});

  FileSearch pattern({folder.file("*.log")});
  REQUIRE(look(pattern).empty());
  folder.write("bot.log", "");
  REQUIRE(look(pattern) == Names{{"bot.log", true}, {"bot.log.1", false}});
  std::filesystem::remove(folder.file("bot.log"));
  REQUIRE(look(pattern) == Names{{"bot.log.1", false}});
}

TEST_CASE_METHOD(Fixture,
                 "a pattern that matches rotated and compressed files takes them for what they are") {
  for (const auto* name : {"bot.log", "bot.log.1", "bot.log.2.gz"}) folder.write(name, "");
  FileSearch search({folder.file("*.log*")});
  REQUIRE(look(search) == Names{{"bot.log", true}, {"bot.log.1", false}});
}

TEST_CASE_METHOD(Fixture, "a file with two names is one") {
  folder.write("bot.log", "");
  std::filesystem::create_symlink(folder.file("bot.log"), folder.file("current.log"));
  std::filesystem::create_hard_link(folder.file("bot.log"), folder.file("bot.log.1"));
  FileSearch search({folder.file("*.log")});
  const auto found = search.look();
  REQUIRE(found.size() == 1);
  REQUIRE(found[0].live);
}

TEST_CASE_METHOD(Fixture, "a pattern in a folder's name finds files in each") {
  folder.write("a/bot.log", "");
  folder.write("b/bot.log.1", "");
  FileSearch search({folder.file("*/bot.log")});
  REQUIRE(search.look().size() == 1);
  REQUIRE(search.folders() == std::set<std::string>{folder.file("a")});
}

TEST_CASE_METHOD(Fixture, "names that come and go for good are forgotten after a while") {
  FileSearch search({folder.file("job*/*.log")});
  const auto look_often = [&] {
    for (int i = 0; i < FileSearch::kForgetAfter; ++i) search.look();
  };
  for (const auto* job : {"job1", "job2"}) {
    std::filesystem::create_directory(folder.file(job));
    folder.write(std::string(job) + "/out.log", "");
  }
  look(search);
  REQUIRE(search.folders().size() == 2);
  std::filesystem::remove_all(folder.file("job1"));
  look_often();
  REQUIRE(search.folders() == std::set<std::string>{folder.file("job2")});

  // Not while there is a generation of it, however long.
  std::filesystem::rename(folder.file("job2/out.log"), folder.file("job2/out.log.1"));
  look_often();
  REQUIRE(look(search) == Names{{"out.log.1", false}});
}

TEST_CASE_METHOD(Fixture, "a path that is configured is never forgotten") {
  FileSearch search({folder.file("bot.log")});
  for (int i = 0; i < 2 * FileSearch::kForgetAfter; ++i) search.look();
  folder.write("bot.log", "");
  REQUIRE(look(search) == Names{{"bot.log", true}});
}

TEST_CASE_METHOD(Fixture, "of a link the generations are beside its target") {
  for (const auto* name : {"real/bot.log", "real/bot.log.1", "real/bot.log.2.gz", "real/other.log.1"})
    folder.write(name, "");
  std::filesystem::create_directory(folder.file("links"));
  std::filesystem::create_symlink("../real/bot.log", folder.file("links/bot.log"));
  FileSearch search({folder.file("links/*.log")});
  REQUIRE(look(search) == Names{{"bot.log", true}, {"bot.log.1", false}});
  REQUIRE(search.folders() == std::set<std::string>{folder.file("links"), folder.file("real")});
}

TEST_CASE_METHOD(Fixture,
                 "a link that is pointed to the next day's file leaves the day before as a generation") {
  for (const auto* name : {"app-20251217.log", "app-20251218.log", "web-20251217.log", "notes.txt"})
    folder.write(name, "");
  std::filesystem::create_symlink("app-20251218.log", folder.file("current"));
  FileSearch search({folder.file("current")});
  REQUIRE(look(search) == Names{{"current", true}, {"app-20251217.log", false}});
}

TEST_CASE_METHOD(Fixture, "a link does not make generations of files that have another owner, or are links") {
  for (const auto* name : {"bot.log", "bot.log.1", "secret"}) folder.write(name, "");
  std::filesystem::create_symlink("secret", folder.file("bot.log.2"));
  std::filesystem::create_symlink(folder.file("bot.log"), folder.file("link"));
  FileSearch search({folder.file("link")});
  REQUIRE(look(search) == Names{{"link", true}, {"bot.log.1", false}});
  if (::chown(folder.file("bot.log.1").c_str(), 4711, 4711) != 0) return;  // only root can give files away
  REQUIRE(look(search) == Names{{"link", true}});
}

TEST_CASE_METHOD(Fixture, "thousands of names are distinguished") {
  for (int i = 0; i < 3000; ++i) folder.write(fmt::format("f{}.log", i), "");
  folder.write("f7.log.1", "");
  folder.write("f8.2025-12-17.log", "");
  FileSearch search({folder.file("*.log")});
  const auto names = look(search);
  REQUIRE(names.size() == 3002);
  REQUIRE_FALSE(names.at("f7.log.1"));
  REQUIRE_FALSE(names.at("f8.2025-12-17.log"));
  REQUIRE(names.at("f2999.log"));
}
