#include "base/os/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <string_view>
#include <system_error>

#include "base/os/descriptor.h"
#include "base/os/process_limits.h"
#include "base/os/socket.h"

namespace base {
namespace {

constexpr std::string_view kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::size_t kReadSize = 64 * 1024;
// How long a killed process may take to exit before it counts as stuck in the kernel.
constexpr Duration kStuck = std::chrono::milliseconds(900);

std::string reason(int error) { return std::generic_category().message(error); }

// ---- before the fork -------------------------------------------------------

bool has_nul(const Command& command) {
  const auto nul = [](std::string_view text) { return text.find('\0') != std::string_view::npos; };
  return nul(command.directory) || std::ranges::any_of(command.argv, nul) ||
         std::ranges::any_of(command.environment,
                             [&](const auto& entry) { return nul(entry.first) || nul(entry.second); });
}

std::vector<std::string> environment_of(const Command& command) {
  std::vector<std::string> environment;
  const auto given = [&](std::string_view name) {
    return std::ranges::any_of(command.environment, [&](const auto& entry) { return entry.first == name; });
  };
  if (!given("PATH")) environment.push_back(fmt::format("PATH={}", kPath));
  if (!given("LANG")) environment.emplace_back("LANG=C.UTF-8");
  for (const auto& [name, value] : command.environment)
    environment.push_back(fmt::format("{}={}", name, value));
  return environment;
}

bool is_program(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

// Empty when it is not in PATH.
std::string find_program(const Command& command) {
  const std::string& name = command.argv.front();
  if (name.find('/') != std::string::npos) return name;
  std::string_view path = kPath;
  for (const auto& [key, value] : command.environment) {
    if (key == "PATH") path = value;
  }
  while (!path.empty()) {
    const std::string_view folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(path.size(), folder.size() + 1));
    const std::string candidate = std::string(folder) + "/" + name;
    if (folder.starts_with('/') && is_program(candidate)) return candidate;
  }
  return "";
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  // exec takes char* for historical reasons and does not write to them.
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail("pipe: {}", reason(errno));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// ---- in the child: only async-signal-safe calls ------------------------------

struct Launch {
  const char* program;
  char* const* argv;
  char* const* environment;
  const char* directory;
  pid_t parent;
  int null_in;
  int out;
  int err;
  int failure;  // receives errno when exec fails; closed by a successful exec
  const KernelLimits* limits;
};

[[noreturn]] void give_up(int failure) {
  const int error = errno;
  // If even this fails, the parent sees exit code 127.
  [[maybe_unused]] const ssize_t ignored = ::write(failure, &error, sizeof error);
  ::_exit(127);
}

[[noreturn]] void become(const Launch& launch) {
  ::setpgid(0, 0);
  // It must not outlive its parent: a restarted healer would run the same action a second time in parallel.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launch.parent) ::_exit(127);
  apply(*launch.limits);

  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);

  // First moved above 3, so that none of the four overwrites another if the parent's standard descriptors
  // were closed.
  const int in = ::fcntl(launch.null_in, F_DUPFD_CLOEXEC, 4);
  const int out = ::fcntl(launch.out, F_DUPFD_CLOEXEC, 4);
  const int err = ::fcntl(launch.err, F_DUPFD_CLOEXEC, 4);
  const int failure = ::fcntl(launch.failure, F_DUPFD_CLOEXEC, 4);
  if (in < 0 || out < 0 || err < 0 || failure < 0) give_up(launch.failure);
  if (::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(err, 2) < 0 || ::dup3(failure, 3, O_CLOEXEC) < 0) {
    give_up(failure);
  }
  ::close_range(4, ~0U, 0);
  if (::chdir(launch.directory) != 0) give_up(3);
  ::execve(launch.program, launch.argv, launch.environment);
  give_up(3);
}

// Runs in the guard process: joins the group whose number it reads, and kills the group once the other end of
// `line` is closed, which happens when the parent ends or is killed.
[[noreturn]] void stand_guard(int line) {
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  if (::dup2(line, 0) != 0) ::_exit(127);
  ::close_range(1, ~0U, 0);
  pid_t group = 0;
  if (::read(0, &group, sizeof group) == sizeof group && ::setpgid(0, group) == 0) {
    char nothing = 0;
    // Only the end of file can be read here.
    if (::read(0, &nothing, 1) == 0) ::kill(0, SIGKILL);
  }
  ::_exit(0);
}

// ---- in the parent -----------------------------------------------------------

// Descendants of the program do not end with this process as the program itself does, so a guard process
// kills them.
class Guard {
 public:
  explicit Guard(Pipe line) : line_(std::move(line)), pid_(::fork()) {
    if (pid_ == 0) stand_guard(line_.read.get());
    line_.read.reset();
  }
  ~Guard() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  bool stands() const { return pid_ > 0; }
  void watch(pid_t group) const {
    // The guard is reading. If it was killed, only the program's parent-death signal is left.
    [[maybe_unused]] const ssize_t told = ::write(line_.write.get(), &group, sizeof group);
  }

 private:
  Pipe line_;
  pid_t pid_;
};

// One output stream of the child: keeps the first bytes, drops the rest.
class Stream {
 public:
  Stream(Descriptor fd, std::string& kept, std::size_t max) : fd_(std::move(fd)), kept_(kept), max_(max) {
    ::fcntl(fd_.get(), F_SETFL, O_NONBLOCK);
  }
  int fd() const { return fd_.get(); }
  bool open() const { return fd_.open(); }
  bool cut() const { return cut_; }

  // Reads the available bytes once; false when there were none.
  bool read() {
    if (!open()) return false;
    std::array<char, kReadSize> buffer{};
    const ssize_t got = ::read(fd_.get(), buffer.data(), buffer.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (got <= 0) {
      fd_.reset();
      return false;
    }
    const auto size = static_cast<std::size_t>(got);
    const std::size_t room = std::min(size, max_ - std::min(max_, kept_.size()));
    kept_.append(buffer.data(), room);
    if (room < size) cut_ = true;
    return true;
  }

 private:
  Descriptor fd_;
  std::string& kept_;
  std::size_t max_;
  bool cut_ = false;
};

class Child {
 public:
  Child(pid_t pid, Descriptor pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}

  int pidfd() const { return pidfd_.get(); }
  void signal_group(int number) const { ::kill(-pid_, number); }

  // False when it has not exited. The group's number is not reused until this was called.
  bool reap(Exit& exit) const {
    int status = 0;
    pid_t got = 0;
    while ((got = ::waitpid(pid_, &status, WNOHANG)) < 0 && errno == EINTR) continue;
    if (got != pid_) return false;
    if (WIFEXITED(status)) exit.code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) exit.signal = WTERMSIG(status);
    return true;
  }

 private:
  pid_t pid_;
  Descriptor pidfd_;
};

// Waits for the child's end, its streams' bytes or `interrupt`; true once the child has ended.
bool wait_for_something(const Child& child, bool ended, Stream& out, Stream& err, Duration at_most,
                        int interrupt = -1) {
  // An entry of -1 is skipped by poll.
  std::array<pollfd, 4> fds{{{ended ? -1 : child.pidfd(), POLLIN, 0},
                             {out.fd(), POLLIN, 0},
                             {err.fd(), POLLIN, 0},
                             {interrupt, POLLIN, 0}}};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at_most);
  const timespec timeout{seconds.count(), (at_most - seconds).count()};
  if (::ppoll(fds.data(), fds.size(), &timeout, nullptr) <= 0) return ended;
  if (fds[1].revents != 0) out.read();
  if (fds[2].revents != 0) err.read();
  return ended || fds[0].revents != 0;
}

// Waits until the child has ended, or the last step after the deadline is over.
Exit supervise(const Child& child, Pipe out_pipe, Pipe err_pipe, const Command& command, Deadline deadline,
               const std::stop_token& stop) {
  Exit exit;
  Stream out(std::move(out_pipe.read), exit.out, command.max_output);
  Stream err(std::move(err_pipe.read), exit.err, command.max_output);
  const Waker stopped;
  const std::stop_callback wake(stop, [&] { stopped.notify(); });

  bool ended = false;
  while (!ended && !deadline.passed() && !stop.stop_requested()) {
    ended = wait_for_something(child, ended, out, err, deadline.remaining(), stopped.fd());
  }
  const Deadline end = stop.stop_requested() ? deadline.within(Duration::zero()) : deadline;
  const Deadline kill_at = end.extended(command.kill_after);
  const Deadline give_up_at = kill_at.extended(kStuck);
  if (!ended) {
    exit.timed_out = true;
    child.signal_group(SIGTERM);
    // The leader may exit first; other processes that hold the pipes get the same grace period.
    while (!kill_at.passed() && (!ended || out.open() || err.open())) {
      ended = wait_for_something(child, ended, out, err, kill_at.remaining());
    }
  }
  // The rest of the group is killed now: nothing that the program started may continue.
  child.signal_group(SIGKILL);
  while (!ended && !give_up_at.passed()) {
    ended = wait_for_something(child, ended, out, err, give_up_at.remaining());
  }
  child.reap(exit);
  // Its last output is still in the pipes. Processes outside the group may write to them without end, so
  // reading is limited.
  for (std::size_t reads = 0; reads < 16 && out.read(); ++reads) continue;
  for (std::size_t reads = 0; reads < 16 && err.read(); ++reads) continue;
  exit.output_cut = out.cut() || err.cut();
  return exit;
}

}  // namespace

Result<Exit> run(const Command& command, Deadline deadline, const std::stop_token& stop) {
  if (command.argv.empty() || command.argv.front().empty()) return fail("run: no program given");
  const std::string& name = command.argv.front();
  if (has_nul(command)) return fail("run {}: a NUL byte in its arguments", name);
  if (deadline.passed()) return fail("run {}: the deadline has passed", name);
  const std::string program = find_program(command);
  if (program.empty()) return fail("run {}: not found", name);

  const Descriptor null_in(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!null_in.open()) return fail("run {}: open /dev/null: {}", name, reason(errno));
  auto out = make_pipe();
  if (!out) return wrap(out.error(), "run {}", name);
  auto err = make_pipe();
  if (!err) return wrap(err.error(), "run {}", name);
  auto failure = make_pipe();
  if (!failure) return wrap(failure.error(), "run {}", name);

  const std::vector<std::string> environment = environment_of(command);
  const auto argv = pointers(command.argv);
  const auto envp = pointers(environment);
  const KernelLimits limits =
      kernel_limits(command.limits, command.limits.processes > 0 ? tasks_of_our_user() : 0);
  const Launch launch{.program = program.c_str(),
                      .argv = argv.data(),
                      .environment = envp.data(),
                      .directory = command.directory.empty() ? "/" : command.directory.c_str(),
                      .parent = ::getpid(),
                      .null_in = null_in.get(),
                      .out = out->write.get(),
                      .err = err->write.get(),
                      .failure = failure->write.get(),
                      .limits = &limits};
  auto line = make_pipe();
  if (!line) return wrap(line.error(), "run {}", name);
  const Guard guard(std::move(*line));
  if (!guard.stands()) return fail("run {}: fork: {}", name, reason(errno));
  const pid_t pid = ::fork();
  if (pid < 0) return fail("run {}: fork: {}", name, reason(errno));
  if (pid == 0) become(launch);
  ::setpgid(pid, pid);
  guard.watch(pid);

  out->write.reset();
  err->write.reset();
  failure->write.reset();
  // Returns once exec has succeeded, which closes the pipe.
  int error = 0;
  ssize_t got = 0;
  while ((got = ::read(failure->read.get(), &error, sizeof error)) < 0 && errno == EINTR) continue;
  // By its number: the C library's own declaration lacks C linkage in glibc 2.36.
  Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (got == sizeof error || !pidfd.open()) {
    if (got != sizeof error) error = errno;
    ::kill(-pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
    return fail("run {}: {}", name, reason(error));
  }
  return supervise(Child(pid, std::move(pidfd)), std::move(*out), std::move(*err), command, deadline, stop);
}

}  // namespace base
