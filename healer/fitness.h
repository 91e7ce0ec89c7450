// Whether the healer itself is in a state to act. The shell looks, the guard `unfit` judges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "healer/guards/config.h"

namespace healer {

// Why not, in words; empty: nothing is wrong with it.
struct Fitness {
  std::string disk;
  std::string clock;
  std::string config;
  bool operator==(const Fitness&) const = default;
  // The first that is not empty, or "".
  const std::string& first() const;
};

// Looks again and again, and remembers the wall clock's distance from monotonic time. Not thread-safe.
class FitnessWatch {
 public:
  // `disk_free`: bytes below data_dir; nothing when that cannot be told. `config_ok`: of the last reload.
  Fitness look(std::optional<std::uint64_t> disk_free, bool config_ok, const GuardsConfig& limits,
               base::Now now);

 private:
  std::optional<base::Duration> distance_;
  std::optional<base::MonoTime> jumped_;
  base::Duration by_{};
};

// What is free for the healer below the folder, in bytes. May block as long as the file system does.
std::optional<std::uint64_t> disk_free(const std::string& folder);

}  // namespace healer
