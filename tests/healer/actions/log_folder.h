// A folder of logs with files of any age, without waiting for them to grow old.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <set>
#include <string>

#include "healer/actions/files/folder.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

namespace tests {

struct LogFolder {
  TemporaryFolder disk;
  FakeClock clock;  // 2025-12-17T04:00:00Z
  std::unique_ptr<healer::actions::Folder> folder = open();

  std::unique_ptr<healer::actions::Folder> open() const {
    auto opened = healer::actions::open_folder(disk.path());
    REQUIRE(opened);
    REQUIRE(*opened);
    return std::move(*opened);
  }

  // Last written to so long ago.
  void write(const std::string& name, const std::string& content, base::Duration ago) const {
    age(disk.write(name, content), ago);
  }
  void age(const std::string& path, base::Duration ago) const {
    const auto at = (clock.now().wall - ago).time_since_epoch();
    const auto whole = std::chrono::floor<std::chrono::seconds>(at);
    const timespec time{.tv_sec = whole.count(), .tv_nsec = (at - whole).count()};
    const timespec times[2] = {time, time};
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
  }

  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(disk.path()))
      found.insert(entry.path().filename().string());
    return found;
  }
  healer::actions::FileFacts facts(const std::string& name) const {
    const auto files = folder->list();
    REQUIRE(files);
    for (const auto& file : *files) {
      if (file.name == name) return file;
    }
    FAIL("there is no file " << name);
    return {};
  }
  base::Deadline deadline(base::Duration length = std::chrono::minutes(1)) const {
    return base::Deadline::after(clock, length);
  }
};

}  // namespace tests
