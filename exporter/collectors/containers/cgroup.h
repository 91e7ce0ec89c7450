// CPU and memory of a container, from the files of its control group. The engine is not asked, so a read
// takes microseconds and does not hang with the engine. Supports versions 1 and 2; the files of the process
// show which one a controller uses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace exporter::collectors {

struct Usage {
  double cpu_seconds = 0;
  std::uint64_t working_set_bytes = 0;  // memory in use without what the kernel can reclaim at once
};

struct CgroupRoots {
  std::string procfs = "/proc";
  std::string cgroup = "/sys/fs/cgroup";
};

// nullopt when the files cannot be read, or when the process no longer belongs to the container `id`.
std::optional<Usage> read_cgroup(const CgroupRoots& roots, std::int64_t pid, const std::string& id);

}  // namespace exporter::collectors
