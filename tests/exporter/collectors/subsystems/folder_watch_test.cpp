#include "exporter/collectors/subsystems/folder_watch.h"

#include <sys/time.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

namespace {

// Counts what a watch tells, and waits for it.
struct Told {
  std::mutex mutex;
  std::condition_variable changed;
  int count = 0;
  std::set<std::string> last;

  exporter::collectors::FolderWatch::Changed callback() {
    return [this](const std::set<std::string>& paths) {
      std::lock_guard lock(mutex);
      ++count;
      last = paths;
      changed.notify_all();
    };
  }
  bool more_than(int before) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(30), [&] { return count > before; });
  }
  std::set<std::string> files() {
    std::lock_guard lock(mutex);
    return last;
  }
  int so_far() {
    std::lock_guard lock(mutex);
    return count;
  }
};

}  // namespace

TEST_CASE("a state file that is replaced, touched or removed is reported at once") {
  const tests::TemporaryFolder folder;
  Told told;
  const exporter::collectors::FolderWatch watch({folder.file("state.json")}, told.callback());
  // The folder itself was found.
  REQUIRE(told.more_than(0));

  int before = told.so_far();
  std::filesystem::rename(folder.write("other.tmp", "{}"), folder.file("state.json"));
  REQUIRE(told.more_than(before));
  REQUIRE(told.files() == std::set<std::string>{folder.file("state.json")});

  before = told.so_far();
  REQUIRE(::utimes(folder.file("state.json").c_str(), nullptr) == 0);
  REQUIRE(told.more_than(before));

  before = told.so_far();
  std::filesystem::remove(folder.file("state.json"));
  REQUIRE(told.more_than(before));
}

TEST_CASE("a folder that is replaced is watched again") {
  const tests::TemporaryFolder folder;
  folder.write("state/state.json", "{}");
  Told told;
  const exporter::collectors::FolderWatch watch({folder.file("state/state.json")}, told.callback());
  REQUIRE(told.more_than(0));
  int before = told.so_far();
  std::filesystem::remove_all(folder.file("state"));
  REQUIRE(told.more_than(before));
  before = told.so_far();
  folder.write("state/state.json", "{}");
  REQUIRE(told.more_than(before));
}

TEST_CASE("a watch of nothing, or of a folder that does not exist, ends when it is stopped") {
  Told told;
  {
    const exporter::collectors::FolderWatch watch({}, told.callback());
  }
  {
    const exporter::collectors::FolderWatch watch({"/no/such/folder/state.json"}, told.callback());
  }
  REQUIRE(told.so_far() == 0);
}
