// Runs a program: argv only, never a shell. The one file that forks.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace base {

// What a program may use, so that it cannot bring ours down. Zero: as much as there is.
struct Limits {
  // Of private memory that can be written (RLIMIT_DATA), for each process: what is only reserved does not
  // count. A process that asks for more gets none.
  std::uint64_t memory_bytes = 0;
  // Of processes and threads beyond those that our user has when it starts (RLIMIT_NPROC); not where we are
  // root.
  std::uint64_t processes = 0;
  // Of time on a processor, for each process (RLIMIT_CPU): what has left the group ends at it.
  Duration cpu{};
};

// Those of a check: its memory, 256 processes, and processor time as all processors have until its deadline.
Limits limits_of_check(std::uint64_t memory_bytes, Duration timeout);

struct Command {
  std::vector<std::string> argv;  // argv[0] is looked up in the PATH below unless it has a slash
  std::string directory = {};     // empty: "/"
  // The whole environment of the child; nothing of ours is passed on but PATH (a fixed
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

// Runs `command` in a process group of its own with stdin from /dev/null and waits. At the
// deadline the whole group gets SIGTERM, then SIGKILL; grandchildren that hold the pipes do not
// delay the return, which is at most kill_after + 1 s past the deadline, with the group gone and
// reaped. What still runs in the group when the program itself has ended is killed too. A process that left
// the group (setsid) is not followed, but delays nothing. The program dies with the thread that runs it, and
// its whole group with our process, so that nothing goes on unwatched after a crash of ours. It writes no
// core dump, and where memory runs out the kernel ends it before us. A stop request is as the deadline's
// passing. Blocks; thread-safe. An error means that it was never started (not found, fork failed).
Result<Exit> run(const Command& command, Deadline deadline, const std::stop_token& stop = {});

}  // namespace base
