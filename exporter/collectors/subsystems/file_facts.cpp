#include "exporter/collectors/subsystems/file_facts.h"

#include <sys/stat.h>

namespace exporter::collectors {

std::optional<FileFacts> look_at(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return FileFacts{static_cast<double>(status.st_size),
                   base::WallTime(std::chrono::seconds(status.st_mtim.tv_sec) +
                                  std::chrono::nanoseconds(status.st_mtim.tv_nsec)),
                   base::FileIdentity::of(status)};
}

}  // namespace exporter::collectors
