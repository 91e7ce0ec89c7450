// The state of each probe, for the status page and for the next configuration: a probe that a reload did not
// change keeps its count of failures.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exporter/probes/probe_result.h"

namespace exporter::probes {

// Of the newest run that ended.
struct Observation {
  ProbeResult answer;
  base::Duration duration{};
  base::Now began{};
  std::uint64_t consecutive_failures = 0;
};

// A line of the landing page.
struct Line {
  std::string probe;
  std::string kind;
  std::optional<Observation> seen;  // nullopt: no run has finished yet
};

// Thread-safe. Lives as long as the exporter.
class ProbeStatus {
 public:
  struct Owner {
    std::string probe;
    std::string kind;
    std::string text;  // the configuration of the probe
  };
  using Generation = std::uint64_t;

  // Replaces the list of probes. A probe that was in it with the same text keeps its state.
  Generation take_over(const std::vector<Owner>& owners);
  // The state that the probe had at take_over(); nullopt when it is new or changed.
  std::optional<Observation> seen(const std::string& probe) const;
  // Ignored when another configuration has taken over.
  void put(Generation generation, const std::string& probe, const Observation& seen);
  // Removes the probes of this generation, unless another has taken over.
  void leave(Generation generation);

  // Sorted by name.
  std::vector<Line> lines() const;

 private:
  struct Entry {
    std::string kind;
    std::string text;
    std::optional<Observation> seen;
  };
  mutable std::mutex mutex_;
  Generation generation_ = 0;
  std::map<std::string, Entry> entries_;
};

}  // namespace exporter::probes
