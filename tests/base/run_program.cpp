// Runs the program that its arguments name, as base::run does, for an hour at most: for tests that kill it
// meanwhile.
#include "base/os/process.h"

int main(int argc, char** argv) {
  const base::SystemClock clock;
  const base::Command command{.argv = {argv + 1, argv + argc}};
  const auto exit = base::run(command, base::Deadline::after(clock, std::chrono::hours(1)));
  return exit && exit->ok() ? 0 : 1;
}
