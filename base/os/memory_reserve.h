// A memory reserve for exception handling when the program is out of memory.
//
// A request that runs out of memory fails by an exception. During unwinding, some destructors allocate (those
// of JSON documents do); if that failed, the program would end. The reserve is for them.
#pragma once

namespace base {

// Allocates the reserve. Call once, in main.
void hold_memory_reserve();
// Allocates the reserve again if it was used. Cheap otherwise. Thread-safe.
void refill_memory_reserve();

}  // namespace base
