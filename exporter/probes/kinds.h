// The one list of kinds of probes. Adding one is a line in kinds.cpp: docs/adding-a-probe.md.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "exporter/probes/prober.h"

namespace exporter::probes {

struct Kind {
  std::string_view name;
  // Reads what the kind needs of the probe's own node, notes what is wrong, and does no I/O on what it names.
  MakeProber (*read)(const base::yaml::Node& node);
  std::vector<Reason> reasons;  // why one may fail
};

const std::vector<Kind>& kinds();
// Null when there is none of this name.
const Kind* find_kind(std::string_view name);

}  // namespace exporter::probes
