#include "base/os/memory_reserve.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <new>

namespace base {
namespace {

// The pages are not touched, so they take only address space.
constexpr std::size_t kBlock = 256 * 1024;
std::array<std::atomic<void*>, 32> blocks{};
std::atomic<bool> held = false;

// Called by operator new when out of memory, which tries again after this returns.
void release_or_throw() {
  if (std::uncaught_exceptions() > 0) {
    for (std::atomic<void*>& block : blocks) {
      if (void* const released = block.exchange(nullptr)) {
        std::free(released);
        return;
      }
    }
  }
  throw std::bad_alloc();
}

}  // namespace

void hold_memory_reserve() {
  held = true;
  refill_memory_reserve();
  std::set_new_handler(release_or_throw);
}

void refill_memory_reserve() {
  if (!held) return;
  for (std::atomic<void*>& block : blocks) {
    if (block.load() != nullptr) continue;
    void* const fresh = std::malloc(kBlock);
    if (fresh == nullptr) return;
    void* expected = nullptr;
    if (!block.compare_exchange_strong(expected, fresh)) std::free(fresh);
  }
}

}  // namespace base
