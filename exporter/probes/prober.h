#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "base/clock.h"
#include "exporter/probes/answer.h"

namespace exporter::probes {

// Prober asks one thing whether it works. Each has a thread of its own, so that one that hangs holds nothing
// else.
class Prober {
 public:
  virtual ~Prober() = default;
  // One call at a time; blocks. Returns by `deadline`, and soon after a stop request, unless it is inside
  // what nothing can interrupt: a file system that hangs, the system's resolver.
  virtual Answer probe(base::Deadline deadline, const std::stop_token& stop) = 0;
};

// Makes the prober that a configuration describes; may be called again.
using MakeProber = std::function<std::unique_ptr<Prober>()>;

}  // namespace exporter::probes
