// Memory for when there is none.
//
// A request that runs out of memory fails by an exception. While that unwinds, destructors run that allocate
// (those of JSON documents do), and if they could not, the program would end. For them some memory is set
// aside.
#pragma once

namespace base {

// Sets it aside, from now on. Once, in main.
void hold_memory_reserve();
// Sets aside again what was used. Cheap when nothing was. Thread-safe.
void refill_memory_reserve();

}  // namespace base
