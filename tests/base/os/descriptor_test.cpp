#include "base/os/descriptor.h"

#include <fcntl.h>

#include "tests/catch.h"

namespace {

int open_null() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

}  // namespace

TEST_CASE("a descriptor is closed when its owner goes") {
  int fd = -1;
  {
    const base::Descriptor owner(open_null());
    fd = owner.get();
    REQUIRE(is_open(fd));
  }
  CHECK_FALSE(is_open(fd));
}

TEST_CASE("a moved descriptor has one owner") {
  base::Descriptor first(open_null());
  const int fd = first.get();
  base::Descriptor second(std::move(first));
  CHECK(second.get() == fd);
  base::Descriptor third;
  third = std::move(second);
  CHECK(third.open());
  CHECK(is_open(fd));
  third.reset();
  CHECK_FALSE(third.open());
  CHECK_FALSE(is_open(fd));
}
