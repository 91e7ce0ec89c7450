// CPU and memory of a container from its control group's files: no question to the engine, so it costs
// microseconds and cannot hang with it. Version 1 and 2; which one a controller uses is seen from the
// process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace exporter::collectors {

struct Usage {
  double cpu_seconds = 0;
  std::uint64_t working_set_bytes = 0;  // memory in use without what the kernel could drop at once
};

struct CgroupRoots {
  std::string procfs = "/proc";
  std::string cgroup = "/sys/fs/cgroup";
};

// nullopt where the files cannot be read, or where the process no longer belongs to the container `id`.
std::optional<Usage> read_cgroup(const CgroupRoots& roots, std::int64_t pid, const std::string& id);

}  // namespace exporter::collectors
