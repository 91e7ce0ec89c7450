// The limits of a program, from the words of base/process.h to what the kernel takes.
#pragma once

#include <sys/resource.h>

#include <array>
#include <cstddef>

#include "base/process.h"

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

// `user_tasks`: the processes and threads that our user has.
KernelLimits kernel_limits(const Limits& limits, std::uint64_t user_tasks);

// As far as `proc` tells.
std::uint64_t tasks_of_our_user(const char* proc = "/proc");

// In the child, with async-signal-safe calls only: sets the limits, none above what we have ourselves, and
// asks the kernel to end this process first where memory runs out. What cannot be set stays as it is.
void apply(const KernelLimits& limits);

}  // namespace base
