#include "base/program.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/os/descriptor.h"
#include "base/os/process.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using namespace std::chrono_literals;

namespace {

base::Exit flags(std::vector<std::string> arguments) {
  const base::SystemClock clock;
  arguments.insert(arguments.begin(), SALUS_ECHO_FLAGS);
  const auto exit = base::run({.argv = arguments}, base::Deadline::after(clock, 30s));
  REQUIRE(exit);
  return *exit;
}

// Restores the signal mask that block_signals changes.
class SignalMask {
 public:
  SignalMask() { ::pthread_sigmask(SIG_SETMASK, nullptr, &before_); }
  ~SignalMask() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalMask(const SignalMask&) = delete;
  SignalMask& operator=(const SignalMask&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

TEST_CASE("without flags the defaults hold") {
  const base::Exit exit = flags({});
  CHECK(exit.ok());
  CHECK(
      exit.out ==
      "config=/etc/salus/example.yml\nsubsystems=/etc/salus/subsystems.yml\ncheck=0\nlisten=127.0.0.1:9999\n"
      "web=\nlevel=info\nformat=logfmt\nextra=untouched\n");
}

TEST_CASE("flags are taken with one dash or two, with = or a space") {
  const std::string expected =
      "config=a.yml\nsubsystems=subsystems.yml\ncheck=1\nlisten=:0\nweb=web.yml\nlevel=debug\nformat="
      "json\nextra=/var/"
      "lib\n";
  CHECK(flags({"--config.file=a.yml", "--config.check", "--web.listen-address=:0",
               "--web.config.file=web.yml", "--log.level=debug", "--log.format=json", "--state.dir=/var/lib"})
            .out == expected);
  CHECK(flags({"--config.file", "a.yml", "--config.check", "--web.listen-address", ":0", "--web.config.file",
               "web.yml", "--log.level", "debug", "--log.format", "json", "--state.dir", "/var/lib"})
            .out == expected);
  CHECK(flags({"-config.file=a.yml", "-config.check", "-web.listen-address", ":0", "-web.config.file=web.yml",
               "-log.level=debug", "-log.format", "json", "-state.dir=/var/lib"})
            .out == expected);
}

TEST_CASE("the subsystems are looked for beside the configuration unless named") {
  CHECK(flags({"--config.file=/x/y.yml"}).out.find("subsystems=/x/subsystems.yml\n") != std::string::npos);
  CHECK(flags({"--config.file=/x/y.yml", "--subsystems.file=z.yml"}).out.find("subsystems=z.yml\n") !=
        std::string::npos);
}

TEST_CASE("the version is printed as the ecosystem's programs do") {
  for (const std::string flag : {"--version", "-version"}) {
    const base::Exit exit = flags({flag});
    CHECK(exit.code == 0);
    CHECK(exit.out.starts_with("salus-example, version " + std::string(base::version()) + " ("));
    CHECK(exit.out.ends_with(")\n"));
    CHECK(exit.err.empty());
  }
  CHECK(base::version().find('.') != std::string_view::npos);
}

TEST_CASE("the help names every flag") {
  for (const std::string flag : {"--help", "-help", "-h"}) {
    const base::Exit exit = flags({flag});
    CHECK(exit.code == 0);
    for (const std::string name :
         {"--config.file", "--subsystems.file", "--config.check", "--web.listen-address", "--web.config.file",
          "--log.level", "--log.format", "--version", "--state.dir"}) {
      CAPTURE(name);
      CHECK(exit.out.find(name) != std::string::npos);
    }
  }
}

TEST_CASE("a bad command line ends the program with 2 and says why") {
  const auto [argument, reason] = GENERATE(table<std::string, std::string>({
      {"--no-such-flag", "--no-such-flag"},
      {"-no-such-flag", "--no-such-flag"},
      {"stray", "stray"},
      {"--config.file", "--config.file"},
      {"--log.level=loud", "loud"},
      {"--log.format=xml", "xml"},
  }));
  CAPTURE(argument);
  const base::Exit exit = flags({argument});
  CHECK(exit.code == 2);
  CHECK(exit.out.empty());
  CHECK(exit.err.starts_with("salus-example: error: "));
  CHECK(exit.err.find(reason) != std::string::npos);
  CHECK(exit.err.ends_with(", try --help\n"));
}

TEST_CASE("SIGHUP reloads and goes on, SIGTERM and SIGINT end the wait") {
  const SignalMask restored;
  base::block_signals();
  const int last = GENERATE(SIGTERM, SIGINT);
  int reloads = 0;
  ::raise(SIGHUP);
  const int got = base::wait_for_signal([&] {
    ++reloads;
    ::raise(reloads < 3 ? SIGHUP : last);
  });
  CHECK(got == last);
  CHECK(reloads == 3);
}

TEST_CASE("systemd is notified where it listens") {
  const tests::TemporaryFolder folder;
  const base::Descriptor listening(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(folder.file("notify").size() < sizeof address.sun_path);
  std::strcpy(address.sun_path, folder.file("notify").c_str());
  REQUIRE(::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);

  REQUIRE(::setenv("NOTIFY_SOCKET", folder.file("notify").c_str(), 1) == 0);
  base::notify_systemd("READY=1");
  ::unsetenv("NOTIFY_SOCKET");
  std::array<char, 100> message{};
  const ssize_t size = ::recv(listening.get(), message.data(), message.size(), MSG_DONTWAIT);
  REQUIRE(size > 0);
  CHECK(std::string(message.data(), static_cast<std::size_t>(size)) == "READY=1");
}

TEST_CASE("without systemd telling it does nothing") {
  ::unsetenv("NOTIFY_SOCKET");
  CHECK_NOTHROW(base::notify_systemd("READY=1"));
}
