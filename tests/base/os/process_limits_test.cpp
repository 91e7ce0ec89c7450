#include "base/os/process_limits.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using namespace base;
using namespace std::chrono_literals;

namespace {

const SystemClock kClock;

Exit run_limited(std::vector<std::string> argv, const Limits& limits, Duration timeout = 20s) {
  const auto exit = run({.argv = std::move(argv), .limits = limits}, Deadline::after(kClock, timeout));
  REQUIRE(exit);
  return *exit;
}

// "Max data size" → "67108864", the soft one.
std::string limit_of(const std::string& table, const std::string& name) {
  const auto line = table.find(name);
  if (line == std::string::npos) return "";
  const auto begin = table.find_first_not_of(' ', line + name.size());
  return table.substr(begin, table.find(' ', begin) - begin);
}

}  // namespace

TEST_CASE("a program has the limits that it is given, no core dump, and is the first to go without memory") {
  const Exit exit = run_limited({"cat", "/proc/self/limits", "/proc/self/oom_score_adj"},
                                {.memory_bytes = 64 << 20, .processes = 50, .cpu = 90s});
  CHECK(limit_of(exit.out, "Max data size") == std::to_string(64 << 20));
  CHECK(limit_of(exit.out, "Max cpu time") == "90");
  CHECK(std::stoull(limit_of(exit.out, "Max processes")) >= 50);
  CHECK(limit_of(exit.out, "Max core file size") == "0");
  CHECK_THAT(exit.out, Catch::EndsWith("\n1000\n"));
}

TEST_CASE("without limits it has ours, but for the core dump") {
  const Exit ours = run_limited({"cat", "/proc/self/limits", "/proc/self/oom_score_adj"}, {});
  CHECK(limit_of(ours.out, "Max data size") == "unlimited");
  CHECK(limit_of(ours.out, "Max cpu time") == "unlimited");
  CHECK(limit_of(ours.out, "Max core file size") == "0");
  CHECK_THAT(ours.out, Catch::EndsWith("\n1000\n"));
}

TEST_CASE("a program that takes 4 GiB gets none of it, and ours goes on") {
  const Limits limits = limits_of_check(1ULL << 30U, 20s);
  const Exit greedy =
      run_limited({"/usr/bin/python3", "-c", "x = bytearray(4 << 30); print(len(x))"}, limits);
  CHECK_FALSE(greedy.ok());
  CHECK_FALSE(greedy.timed_out);
  CHECK_THAT(greedy.err, Catch::Contains("MemoryError"));
  const Exit modest =
      run_limited({"/usr/bin/python3", "-c", "x = bytearray(64 << 20); print(len(x))"}, limits);
  CHECK(modest.ok());
  // What is only reserved does not count.
  const Exit reserving = run_limited(
      {"/usr/bin/python3", "-c",
       "import mmap; mmap.mmap(-1, 4 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ)"},
      limits);
  CHECK(reserving.ok());
}

TEST_CASE("a program that starts others without end is over at its deadline, with all of them") {
  const Exit forking = run_limited(
      {"/bin/sh", "-c", "i=0; while [ $i -lt 100 ]; do sleep 1000 & i=$((i+1)); done; while :; do :; done"},
      limits_of_check(64 << 20, 1s), 1s);
  CHECK(forking.timed_out);
}

TEST_CASE("processor time ends what would go on for ever") {
  const Exit spinning = run_limited({"/bin/sh", "-c", "while :; do :; done"}, {.cpu = 1s});
  CHECK_FALSE(spinning.timed_out);
  CHECK(spinning.signal == SIGXCPU);
}

TEST_CASE("limits are those of the kernel") {
  const auto limits = kernel_limits({.memory_bytes = 7, .processes = 5, .cpu = 1500ms}, 10);
  REQUIRE(limits.count == 4);
  CHECK(limits.all[1].resource == RLIMIT_DATA);
  CHECK(limits.all[1].limit.rlim_cur == 7);
  CHECK(limits.all[2].resource == RLIMIT_NPROC);
  CHECK(limits.all[2].limit.rlim_cur == 15);
  CHECK(limits.all[3].resource == RLIMIT_CPU);
  CHECK(limits.all[3].limit.rlim_cur == 2);
  CHECK(limits.all[3].limit.rlim_max == 7);
  CHECK(kernel_limits({}, 10).count == 1);
  const Limits check = limits_of_check(3, 10s);
  CHECK(check.memory_bytes == 3);
  CHECK(check.processes > 0);
  CHECK(check.cpu > 10s);
}

TEST_CASE("the tasks of our user are counted, and no other's") {
  const tests::TemporaryFolder folder;
  for (const char* pid : {"1", "2", "3", "self"}) std::filesystem::create_directory(folder.file(pid));
  const std::string ours = std::to_string(::getuid());
  folder.write("1/status", "Name:\tsalus\nUid:\t" + ours + "\t0\t0\t0\nThreads:\t4\n");
  folder.write("2/status", "Name:\tx\nUid:\t" + std::to_string(::getuid() + 1) + "\t0\t0\t0\nThreads:\t8\n");
  folder.write("self/status", "Name:\tx\nUid:\t" + ours + "\t0\t0\t0\nThreads:\t16\n");
  CHECK(tasks_of_our_user(folder.path().c_str()) == 4);
  CHECK(tasks_of_our_user("/nonexistent") == 0);
  CHECK(tasks_of_our_user() >= 1);
}

TEST_CASE("the soft limit of open files is raised to the hard one") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit low{std::min<rlim_t>(256, before.rlim_max), before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  REQUIRE(open_files_limit() == low.rlim_cur);
  const auto raised = raise_open_files_limit();
  REQUIRE(raised);
  rlimit after{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &after) == 0);
  REQUIRE(after.rlim_cur == before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}
