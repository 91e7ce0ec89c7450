// The example service as a program; a container's process 1.
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <thread>

#include "tests/stack/service.h"

namespace {

double seconds_since_epoch() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// A readable descriptor once SIGINT or SIGTERM has come; process 1 gets neither unless it asks.
int termination() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

void serve(int listener, example::Service& service) {
  for (;;) {
    example::serve_one(listener, [&](const example::Request& request) {
      std::this_thread::sleep_for(std::chrono::seconds(service.delay_seconds()));
      return service.handle(request);
    });
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = example::parse_options({argv + 1, static_cast<std::size_t>(argc - 1)});
  if (!options) {
    std::fprintf(stderr, "example_service: %s\n", options.error().c_str());
    return 2;
  }
  const int terminated = termination();
  example::Service service(*options, seconds_since_epoch, stdout);
  if (const auto code = service.start()) return *code;
  std::jthread server;  // never joined: _Exit below ends it
  if (options->port != 0) {
    const int listener = example::listen_on(options->port);
    if (listener < 0) {
      service.say("CRITICAL", "cannot listen");
      return 1;
    }
    server = std::jthread(serve, listener, std::ref(service));
  }
  pollfd ready{terminated, POLLIN, 0};
  while (poll(&ready, 1, 1000) == 0) {
    if (const auto code = service.round()) std::_Exit(*code);
  }
  service.say("INFO", "stopping");
  std::_Exit(0);
}
