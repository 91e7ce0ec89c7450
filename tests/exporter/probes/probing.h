// A prober made from what would stand in exporter.yml, asked once.
#pragma once

#include <string>

#include "exporter/probes/kinds.h"
#include "tests/catch.h"

namespace tests {

inline const base::SystemClock& real_clock() {
  static const base::SystemClock clock;
  return clock;
}

// `yml` holds the kind's own keys, as a map in braces. Only a test that fails takes as long as `within`.
inline exporter::probes::ProbeResult probe(const std::string& kind, const std::string& yml,
                                           base::Duration within = std::chrono::seconds(20),
                                           const std::stop_token& stop = {}) {
  base::yaml::Problems problems;
  const auto make = exporter::probes::find_kind(kind)->read(base::yaml::parse(yml, "x.yml", problems));
  INFO(problems.str());
  REQUIRE(problems.empty());
  const auto answer = make()->probe(base::Deadline::after(real_clock(), within), stop);
  UNSCOPED_INFO(answer.failure.text);
  return answer;
}

}  // namespace tests
