// What is known of each probe, for the landing page, and for the next configuration: a probe that a reload
// left as it was goes on counting its failures.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exporter/probes/answer.h"

namespace exporter::probes {

// Of the newest run that ended.
struct Seen {
  Answer answer;
  base::Duration duration{};
  base::Now began{};
  std::uint64_t consecutive_failures = 0;
};

// A line of the landing page.
struct Line {
  std::string probe;
  std::string kind;
  std::optional<Seen> seen;  // nullopt: waits for its first run
};

// Thread-safe. Lives as long as the exporter.
class Board {
 public:
  struct Owner {
    std::string probe;
    std::string kind;
    std::string text;  // everything the probe was read from
  };
  using Generation = std::uint64_t;

  // These are the probes from now on. Those that were there with the same text keep what was seen of them.
  Generation take_over(const std::vector<Owner>& owners);
  // What was seen of the probe when it was taken over; nullopt when it is new or changed.
  std::optional<Seen> seen(const std::string& probe) const;
  // Ignored when another configuration has taken over.
  void put(Generation generation, const std::string& probe, const Seen& seen);
  // The probes of this generation are gone, unless another has taken over.
  void leave(Generation generation);

  // In the order of their names.
  std::vector<Line> lines() const;

 private:
  struct Entry {
    std::string kind;
    std::string text;
    std::optional<Seen> seen;
  };
  mutable std::mutex mutex_;
  Generation generation_ = 0;
  std::map<std::string, Entry> entries_;
};

}  // namespace exporter::probes
