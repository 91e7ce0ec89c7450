#include "base/os/memory_reserve.h"

#include <new>

#include "tests/catch.h"

namespace {

// Asks for memory as operator new does when there is none, until it is refused.
int blocks_given() {
  const std::new_handler handler = std::get_new_handler();
  REQUIRE(handler != nullptr);
  int given = 0;
  try {
    for (;; ++given) handler();
  } catch (const std::bad_alloc&) {
    return given;
  }
}

struct AsksWhenDestroyed {
  int& given;
  ~AsksWhenDestroyed() { given = blocks_given(); }
};

int given_while_unwinding() {
  int given = 0;
  try {
    const AsksWhenDestroyed asks{given};
    throw std::bad_alloc();
  } catch (const std::bad_alloc&) {
    return given;
  }
}

}  // namespace

TEST_CASE("memory is reserved for destructors that run while an exception unwinds, and for nothing else") {
  const std::new_handler before = std::get_new_handler();
  base::hold_memory_reserve();
  CHECK(blocks_given() == 0);
  CHECK(given_while_unwinding() == 32);
  CHECK(given_while_unwinding() == 0);
  base::refill_memory_reserve();
  CHECK(given_while_unwinding() == 32);
  std::set_new_handler(before);
}
