// What happens to programs that do not end by themselves, or not wholly.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <thread>

#include "base/os/descriptor.h"
#include "base/os/process.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using base::Command;
using base::Deadline;
using namespace std::chrono_literals;

namespace {

const base::SystemClock kClock;
// By then a script has long set its traps, on a busy machine too.
constexpr auto kSettled = 700ms;

struct Timed {
  base::Exit exit;
  base::Duration took;
};

Timed run(const std::string& script, base::Duration deadline, base::Duration kill_after) {
  const Command command{.argv = {"/bin/sh", "-c", script}, .kill_after = kill_after};
  const auto start = kClock.now().mono;
  const auto exit = base::run(command, Deadline::after(kClock, deadline));
  REQUIRE(exit);
  return {*exit, kClock.now().mono - start};
}

// A FIFO that a script keeps open as descriptor 9: once every process that has it is gone, it hangs up.
class Lifeline {
 public:
  Lifeline() {
    REQUIRE(::mkfifo(path().c_str(), 0600) == 0);
    read_.reset(::open(path().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    REQUIRE(read_.open());
  }
  std::string path() const { return folder_.file("lifeline"); }
  int fd() const { return read_.get(); }
  std::string hold() const { return "exec 9>" + path() + "; "; }
  // Waits for the hang-up, at most 10 s.
  bool all_gone() const {
    pollfd fd{read_.get(), POLLIN, 0};
    return ::poll(&fd, 1, 10'000) == 1 && (fd.revents & POLLHUP) != 0;
  }

 private:
  tests::TemporaryFolder folder_;
  base::Descriptor read_;
};

}  // namespace

TEST_CASE("a program that is not done at its deadline is asked to end") {
  const Timed timed = run("echo begun; exec sleep 60", kSettled, 10s);
  CHECK(timed.exit.timed_out);
  CHECK(timed.exit.signal == SIGTERM);
  CHECK(timed.exit.out == "begun\n");
  CHECK_FALSE(timed.exit.ok());
  CHECK(timed.took < 5s);
}

TEST_CASE("a program that ends itself decently when asked is given the time") {
  const Timed timed = run("trap 'echo cleaned; exit 0' TERM; while :; do sleep 0.02; done", kSettled, 10s);
  CHECK(timed.exit.timed_out);
  CHECK(timed.exit.code == 0);
  CHECK(timed.exit.out == "cleaned\n");
  CHECK_FALSE(timed.exit.ok());
}

TEST_CASE("a whole group that ignores SIGTERM is killed") {
  const Lifeline lifeline;
  const Timed timed =
      run(lifeline.hold() + "trap '' TERM; (while :; do sleep 1; done) & sleep 60", kSettled, 200ms);
  CHECK(timed.exit.timed_out);
  CHECK(timed.exit.signal == SIGKILL);
  CHECK(timed.took < 5s);
  CHECK(lifeline.all_gone());
}

TEST_CASE("grandchildren that go on after the program ended delay nothing and are ended too") {
  const Lifeline lifeline;
  const Timed timed = run(lifeline.hold() + "sleep 60 & (trap '' TERM; sleep 60) & echo started", 30s, 10s);
  CHECK(timed.exit.ok());
  CHECK(timed.exit.out == "started\n");
  CHECK(timed.took < 5s);
  CHECK(lifeline.all_gone());
}

TEST_CASE("a grandchild that outlives SIGTERM keeps its grace after the program itself has gone") {
  const Timed timed =
      run("(trap 'sleep 0.1; echo late; exit' TERM; while :; do sleep 0.02; done) & exec sleep 60", kSettled,
          10s);
  CHECK(timed.exit.timed_out);
  CHECK(timed.exit.signal == SIGTERM);
  CHECK(timed.exit.out == "late\n");
  CHECK(timed.took < 5s);
}

TEST_CASE("a daemon that left the group and holds the pipe does not delay the return") {
  const tests::TemporaryFolder folder;
  const std::string pid_file = folder.file("pid");
  const Timed timed =
      run("setsid sh -c 'echo $$ > " + pid_file + ".new; mv " + pid_file + ".new " + pid_file +
              "; exec sleep 60' & until [ -e " + pid_file + " ]; do sleep 0.01; done; echo up",
          30s, 10s);
  const pid_t daemon = std::stoi(folder.read("pid"));
  CHECK(timed.exit.ok());
  CHECK(timed.exit.out == "up\n");
  CHECK(timed.took < 10s);
  CHECK(::kill(daemon, SIGKILL) == 0);
}

TEST_CASE("a daemon that left the group and floods the pipe does not delay the return") {
  const tests::TemporaryFolder folder;
  const std::string pid_file = folder.file("pid");
  const Timed timed = run("setsid sh -c 'echo $$ > " + pid_file + ".new; mv " + pid_file + ".new " +
                              pid_file + "; exec yes' & until [ -e " + pid_file + " ]; do sleep 0.01; done",
                          30s, 10s);
  const pid_t daemon = std::stoi(folder.read("pid"));
  CHECK(timed.exit.code == 0);
  CHECK(timed.took < 10s);
  // The pipe broke when the run was over: it may have ended of itself.
  ::kill(daemon, SIGKILL);
}

TEST_CASE("a flood that never ends is cut at the cap and stopped at the deadline") {
  const Timed timed = run("trap '' TERM; yes", kSettled, 100ms);
  CHECK(timed.exit.timed_out);
  CHECK(timed.exit.output_cut);
  CHECK(timed.exit.out.size() == Command{}.max_output);
  CHECK(timed.took < 5s);
}

TEST_CASE("without a grace the group is killed at the deadline") {
  const Timed timed = run("trap '' TERM; sleep 60", 100ms, 0s);
  CHECK(timed.exit.timed_out);
  CHECK(timed.took < 5s);
}

TEST_CASE("a stop request ends a program as its deadline would, also while it is waited for") {
  const Lifeline lifeline;
  std::stop_source stop;
  std::jthread stops([&] {
    // The script says so once it has begun.
    pollfd fd{lifeline.fd(), POLLIN, 0};
    ::poll(&fd, 1, 10'000);
    stop.request_stop();
  });
  const Command command{.argv = {"/bin/sh", "-c", lifeline.hold() + "echo begun >&9; sleep 1000"},
                        .kill_after = 1s};
  const auto exit = base::run(command, Deadline::after(kClock, 1h), stop.get_token());
  REQUIRE(exit);
  CHECK(exit->timed_out);
  CHECK(exit->signal == SIGTERM);
}

TEST_CASE("what a program started ends with us, also when we are killed") {
  const Lifeline lifeline;
  const tests::TemporaryFolder folder;
  const std::string started = folder.file("started");
  const std::string inner = lifeline.hold() + "sleep 600 & touch " + started + "; wait";
  const auto done = run(std::string(SALUS_RUN_PROGRAM) + " /bin/sh -c '" + inner + "' & while [ ! -e " +
                            started + " ]; do sleep 0.01; done; kill -KILL $!; wait",
                        60s, 0s);
  CHECK_FALSE(done.exit.timed_out);
  CHECK(lifeline.all_gone());
}
