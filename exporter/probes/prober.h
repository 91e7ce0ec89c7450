#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "base/os/clock.h"
#include "exporter/probes/probe_result.h"

namespace exporter::probes {

// Checks whether one thing works. Each has its own thread, so that one that hangs blocks nothing else.
class Prober {
 public:
  virtual ~Prober() = default;
  // One call at a time; blocks. Returns by `deadline`, and soon after a stop request, unless it is in a call
  // that cannot be interrupted: a file system that hangs, the system's resolver.
  virtual ProbeResult probe(base::Deadline deadline, const std::stop_token& stop) = 0;
};

// Creates the prober of a configuration; may be called several times.
using MakeProber = std::function<std::unique_ptr<Prober>()>;

}  // namespace exporter::probes
