#include "base/os/process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/os/descriptor.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using base::Command;
using base::Deadline;
using namespace std::chrono_literals;

namespace {

const base::SystemClock kClock;

Command shell(const std::string& script) { return {.argv = {"/bin/sh", "-c", script}}; }

base::Exit run(const Command& command) {
  const auto exit = base::run(command, Deadline::after(kClock, 30s));
  REQUIRE(exit);
  return *exit;
}

std::string error_of(const Command& command) {
  const auto exit = base::run(command, Deadline::after(kClock, 30s));
  REQUIRE_FALSE(exit);
  return exit.error().message;
}

std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

}  // namespace

TEST_CASE("a program's output and exit code are reported") {
  const base::Exit exit = run(shell("echo out; echo err >&2; exit 3"));
  CHECK(exit.out == "out\n");
  CHECK(exit.err == "err\n");
  CHECK(exit.code == 3);
  CHECK(exit.signal == 0);
  CHECK_FALSE(exit.timed_out);
  CHECK_FALSE(exit.output_cut);
  CHECK_FALSE(exit.ok());
  CHECK(run(shell("true")).ok());
}

TEST_CASE("the signal that ended a program is reported") {
  const base::Exit exit = run(shell("kill -KILL $$"));
  CHECK(exit.signal == SIGKILL);
  CHECK(exit.code == -1);
  CHECK_FALSE(exit.ok());
}

TEST_CASE("arguments reach the program as they are and no shell reads them") {
  const base::Exit exit = run({.argv = {"printf", "%s|", "$(id)", "; rm -rf x", "-n", "", "a\nb", "*"}});
  CHECK(exit.out == "$(id)|; rm -rf x|-n||a\nb|*|");
}

TEST_CASE("what cannot be started is an error that names it") {
  const tests::TemporaryFolder folder;
  const std::string plain = folder.write("plain", "no program");
  CHECK(error_of({.argv = {"salus-no-such-program"}}) == "run salus-no-such-program: not found");
  CHECK(error_of({.argv = {"/no/such"}}) == "run /no/such: No such file or directory");
  CHECK(error_of({.argv = {plain}}) == "run " + plain + ": Permission denied");
  CHECK(error_of({.argv = {"true"}, .directory = "/no/such"}) == "run true: No such file or directory");
  CHECK(error_of({.argv = {}}) == "run: no program given");
  CHECK(error_of({.argv = {""}}) == "run: no program given");
  CHECK(error_of({.argv = {"echo", std::string("a\0b", 3)}}) == "run echo: a NUL byte in its arguments");
}

TEST_CASE("nothing is started once the deadline has passed") {
  const tests::TemporaryFolder folder;
  const auto exit = base::run({.argv = {"touch", folder.file("touched")}}, Deadline::after(kClock, 0s));
  REQUIRE_FALSE(exit);
  CHECK(exit.error().message == "run touch: the deadline has passed");
  CHECK_FALSE(std::filesystem::exists(folder.file("touched")));
}

TEST_CASE("a program is looked up in the fixed PATH, or in the one given") {
  const tests::TemporaryFolder folder;
  std::filesystem::permissions(folder.write("salus-hello", "#!/bin/sh\necho hello\n"),
                               std::filesystem::perms(0755));
  Command command{.argv = {"salus-hello"}};
  CHECK(error_of(command) == "run salus-hello: not found");
  command.environment = {{"PATH", "relative::" + folder.path()}};
  CHECK(run(command).out == "hello\n");
}

TEST_CASE("our environment is not passed on") {
  REQUIRE(::setenv("SALUS_TEST_SECRET", "s3cret", 1) == 0);
  const base::Exit exit = run({.argv = {"env"}, .environment = {{"GIVEN", "a b=c"}}});
  ::unsetenv("SALUS_TEST_SECRET");
  CHECK(exit.out ==
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nLANG=C.UTF-8\nGIVEN=a b=c\n");
}

TEST_CASE("a program runs in the root folder, or in the one given") {
  const tests::TemporaryFolder folder;
  CHECK(run({.argv = {"pwd"}}).out == "/\n");
  CHECK(run({.argv = {"pwd"}, .directory = folder.path()}).out ==
        std::filesystem::canonical(folder.path()).string() + "\n");
}

TEST_CASE("a program that reads its input finds none") { CHECK(run({.argv = {"cat"}}).ok()); }

TEST_CASE("none of our open files is passed on") {
  const base::Descriptor ours(::open("/dev/null", O_RDONLY));  // on purpose without close-on-exec
  const base::Descriptor high(::fcntl(ours.get(), F_DUPFD, 200));
  // The fourth is the folder that ls itself reads.
  CHECK(run({.argv = {"ls", "/proc/self/fd"}}).out == "0\n1\n2\n3\n");
}

TEST_CASE("blocked and ignored signals of ours are not passed on") {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  auto* const handler = std::signal(SIGPIPE, SIG_IGN);
  const base::Exit exit = run(shell("grep -E 'SigBlk|SigIgn' /proc/self/status"));
  std::signal(SIGPIPE, handler);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  CHECK(exit.out == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("a program leads a process group of its own") {
  const base::Exit exit = run(shell("test $$ = $(ps -o pgid= -p $$)"));
  CHECK(exit.code == 0);
}

TEST_CASE("output beyond the cap is read and dropped") {
  Command command = shell("head -c 20000000 /dev/zero; echo done >&2");
  command.max_output = 1000;
  const base::Exit exit = run(command);
  CHECK(exit.ok());
  CHECK(exit.out == std::string(1000, '\0'));
  CHECK(exit.err == "done\n");
  CHECK(exit.output_cut);
}

TEST_CASE("output of exactly the cap is not called cut") {
  Command command = shell("printf 12345");
  command.max_output = 5;
  CHECK(run(command).out == "12345");
  CHECK_FALSE(run(command).output_cut);
}

TEST_CASE("a program that closes its output is still waited for") {
  CHECK(run(shell("exec >&- 2>&-; sleep 0.05; exit 4")).code == 4);
}

TEST_CASE("neither a zombie nor a descriptor is left behind") {
  run(shell("true"));
  const auto before = open_descriptors();
  for (int i = 0; i < 20; ++i) run(shell("true & exit 1"));
  (void)error_of({.argv = {"/no/such"}});
  CHECK(open_descriptors() == before);
  errno = 0;
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
  CHECK(errno == ECHILD);
}

TEST_CASE("without free descriptors it is an error, and with them it works again") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{static_cast<rlim_t>(3), before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  const auto exit = base::run(shell("true"), Deadline::after(kClock, 30s));
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE_FALSE(exit);
  CHECK(exit.error().message.find("Too many open files") != std::string::npos);
  CHECK(run(shell("true")).ok());
}

TEST_CASE("programs run side by side and each keeps its own output") {
  std::vector<std::string> outs(8);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < outs.size(); ++i) {
      threads.emplace_back([&outs, i] {
        const auto exit = base::run(shell("echo " + std::to_string(i)), Deadline::after(kClock, 30s));
        if (exit) outs[i] = exit->out;
      });
    }
  }
  for (std::size_t i = 0; i < outs.size(); ++i) CHECK(outs[i] == std::to_string(i) + "\n");
}
