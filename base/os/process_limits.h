// Translates the limits of base/os/process.h to the kernel's.
#pragma once

#include <sys/resource.h>

#include <array>
#include <cstddef>

#include "base/os/process.h"
#include "base/result.h"

namespace base {

// Made before the fork; applied after it.
struct KernelLimits {
  struct One {
    __rlimit_resource resource;
    rlimit limit;
  };
  std::array<One, 4> all{};
  std::size_t count = 0;
};

// `user_tasks`: number of processes and threads of this program's user.
KernelLimits kernel_limits(const Limits& limits, std::uint64_t user_tasks);

// Counted in `proc`.
std::uint64_t tasks_of_our_user(const char* proc = "/proc");

// In the child, with async-signal-safe calls only: sets the limits, capped at the parent's own, and makes
// this process the first that the kernel kills when memory runs out. Limits that cannot be set are left
// unchanged.
void apply(const KernelLimits& limits);

// Raises this process' soft limit of open files to the hard one. Returns the limit that then applies.
Result<std::size_t> raise_open_files_limit();
// The limit that applies now.
std::size_t open_files_limit();

}  // namespace base
