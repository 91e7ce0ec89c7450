// Runs a program: argv only, never a shell. The only file that forks.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"

namespace base {

// Resource limits of a program, so that it cannot exhaust the host. Zero: no limit.
struct Limits {
  // Private writable memory of each process (RLIMIT_DATA); memory that is only reserved does not count.
  // Further allocations fail.
  std::uint64_t memory_bytes = 0;
  // Processes and threads in addition to those that this program's user has at the start (RLIMIT_NPROC); not
  // enforced for root.
  std::uint64_t processes = 0;
  // CPU time of each process (RLIMIT_CPU). It also ends processes that have left the group.
  Duration cpu{};
};

// Limits of a check: its memory, 256 processes, and the CPU time that all processors have until its deadline.
Limits limits_of_check(std::uint64_t memory_bytes, Duration timeout);

struct Command {
  std::vector<std::string> argv;  // argv[0] is looked up in the PATH below unless it has a slash
  std::string directory = {};     // empty: "/"
  // The whole environment of the child. Nothing is inherited; added are PATH (fixed:
  // /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin) and LANG=C.UTF-8.
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::size_t max_output = 64 * 1024;             // bytes kept of each stream; the rest is read and dropped
  Duration kill_after = std::chrono::seconds(2);  // between SIGTERM and SIGKILL at the deadline
  Limits limits = {};
};

struct Exit {
  int code = -1;           // exit code, or -1 when a signal ended it
  int signal = 0;          // the signal that ended it, or 0
  bool timed_out = false;  // the deadline passed, or a stop was requested, and the group was killed
  bool output_cut = false;
  std::string out;
  std::string err;
  bool ok() const { return code == 0 && !timed_out; }
};

// Runs `command` in a process group of its own with stdin from /dev/null and waits. At the deadline the whole
// group gets SIGTERM, then SIGKILL; grandchildren that hold the pipes do not delay the return, which is at
// most kill_after + 1 s past the deadline, with the group gone and reaped. Processes of the group that are
// left when the program has ended are killed too. A process that left the group (setsid) is not tracked, but
// does not delay the return. The program is killed when the thread that runs it ends, and its whole group
// when this process ends, so nothing runs unsupervised after a crash. It writes no core dump, and when memory
// runs out the kernel kills it before this process. A stop request has the same effect as the deadline.
// Blocks; thread-safe. An error means that it was never started (not found, fork failed).
Result<Exit> run(const Command& command, Deadline deadline, const std::stop_token& stop = {});

}  // namespace base
