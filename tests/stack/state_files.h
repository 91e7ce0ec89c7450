// The files that the example service keeps fresh, in the shapes of the platform it stands for.
#pragma once

#include <string>

#include "tests/stack/options.h"

namespace example {

enum class Shape { kWhole, kHalf };

// What the service says of itself. Every file has the two counters, which start at 0 with the service.
struct State {
  long cycle = 0;
  double seconds = 0;  // since the epoch
  long calls = 0;
  long errors = 0;
  bool symbols = true;  // whether the universe has any
};

// Replaces every state file, universe snapshot and trades file, so that a reader finds the old or the new
// one, and dates them `seconds` after the epoch. Returns what went wrong, or "".
std::string write_state_files(const Options& options, const State& state, Shape shape);

// Writes the blobs that are not there yet.
std::string write_blobs(const Options& options);

}  // namespace example
