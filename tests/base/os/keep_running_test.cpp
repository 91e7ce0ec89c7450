#include "base/os/keep_running.h"

#include <new>
#include <stdexcept>

#include "tests/catch.h"

TEST_CASE("a loop that throws runs again until it returns") {
  int runs = 0;
  base::keep_running("test", {}, [&] {
    if (++runs == 1) throw std::bad_alloc();
  });
  CHECK(runs == 2);
}

TEST_CASE("a loop that throws after a stop request does not run again") {
  std::stop_source stop;
  int runs = 0;
  base::keep_running("test", stop.get_token(), [&] {
    ++runs;
    stop.request_stop();
    throw std::runtime_error("no");
  });
  CHECK(runs == 1);
}
