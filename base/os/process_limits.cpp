#include "base/os/process_limits.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <limits>
#include <memory>
#include <string>
#include <thread>

#include "base/os/file.h"
#include "base/os/socket.h"

namespace base {
namespace {

constexpr std::uint64_t kProcessesOfCheck = 256;

// The number after `name:` in /proc/<pid>/status; 0: there is none.
std::uint64_t number_after(std::string_view status, std::string_view name) {
  const auto line = status.find(name);
  if (line == std::string_view::npos) return 0;
  std::string_view rest = status.substr(line + name.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  std::uint64_t number = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), number);
  return number;
}

}  // namespace

Limits limits_of_check(std::uint64_t memory_bytes, Duration timeout) {
  const auto processors = std::max(1U, std::thread::hardware_concurrency());
  // Half an hour of 128 processors is far below the maximum of Duration.
  const Duration bounded = std::min<Duration>(timeout, std::chrono::hours(24));
  return {.memory_bytes = memory_bytes,
          .processes = kProcessesOfCheck,
          .cpu = bounded * processors + std::chrono::seconds(5)};
}

KernelLimits kernel_limits(const Limits& limits, std::uint64_t user_tasks) {
  KernelLimits made;
  const auto add = [&](__rlimit_resource resource, std::uint64_t value, std::uint64_t more) {
    made.all[made.count++] = {resource, {value, value + more}};
  };
  add(RLIMIT_CORE, 0, 0);
  if (limits.memory_bytes > 0) add(RLIMIT_DATA, limits.memory_bytes, 0);
  if (limits.processes > 0) add(RLIMIT_NPROC, user_tasks + limits.processes, 0);
  // SIGXCPU first, SIGKILL a few seconds later.
  if (limits.cpu > Duration::zero())
    add(RLIMIT_CPU, static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(limits.cpu).count()),
        5);
  return made;
}

std::uint64_t tasks_of_our_user(const char* proc) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(proc), ::closedir);
  if (!folder) return 0;
  const std::uint64_t user = ::getuid();
  std::uint64_t tasks = 0;
  while (const dirent* entry = ::readdir(folder.get())) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    const auto status = read_file(std::string(proc) + "/" + entry->d_name + "/status");
    if (status && number_after(*status, "\nUid:") == user) tasks += number_after(*status, "\nThreads:");
  }
  return tasks;
}

void apply(const KernelLimits& limits) {
  for (std::size_t i = 0; i < limits.count; ++i) {
    const KernelLimits::One& one = limits.all[i];
    rlimit ours{};
    if (::getrlimit(one.resource, &ours) != 0) continue;
    const rlimit limit{std::min(one.limit.rlim_cur, ours.rlim_max),
                       std::min(one.limit.rlim_max, ours.rlim_max)};
    ::setrlimit(one.resource, &limit);
  }
  // The highest accepted value.
  const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score < 0) return;
  [[maybe_unused]] const ssize_t ignored = ::write(score, "1000", 4);
  ::close(score);
}

std::size_t open_files_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::numeric_limits<std::size_t>::max();
  }
  return limit.rlim_cur;
}

Result<std::size_t> raise_open_files_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return fail("getrlimit: {}", errno_text(errno));
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return fail("setrlimit: {}", errno_text(errno));
  return open_files_limit();
}

}  // namespace base
