#include "healer/journal/quarantine.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace healer::journal {

bool exists(const std::string& path) {
  struct stat status{};
  return lstat(path.c_str(), &status) == 0;
}

base::Result<std::optional<std::string>> look_at(const std::string& path) {
  struct stat status{};
  if (lstat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) return base::fail("open {}: {}", path, std::strerror(errno));
    // SQLite would treat what is left of it as part of a new database.
    if (exists(path + "-wal") || exists(path + ".head"))
      return std::optional<std::string>("its main file is missing");
    return std::nullopt;
  }
  if (!S_ISREG(status.st_mode)) return std::optional<std::string>("it is not a regular file");
  if (status.st_uid != geteuid())
    return std::optional(fmt::format("it belongs to user {}, not to {}", status.st_uid, geteuid()));
  if (status.st_size == 0) return std::optional<std::string>("it is empty");
  return std::nullopt;
}

base::Result<> rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return {};
  return base::fail("rename {} to {}: {}", from, to, std::strerror(errno));
}

base::Result<> put_aside(const std::string& path, base::WallTime now) {
  std::string time = base::rfc3339(std::chrono::floor<std::chrono::seconds>(now)).substr(0, 19);
  std::erase(time, ':');
  std::string aside = path + ".bad-" + time;
  for (int i = 2; exists(aside); ++i) aside = fmt::format("{}.bad-{}-{}", path, time, i);
  // The head last: after a crash before that, it shows that records are missing.
  for (const char* part : {"-wal", "-shm", "", ".head"}) {
    if (auto renamed = rename_file(path + part, aside + part); !renamed) return renamed;
  }
  return {};
}

}  // namespace healer::journal
