// The one list of kinds of probes. Adding one is a line in kinds.cpp: docs/adding-a-probe.md.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/yaml/yaml.h"
#include "exporter/probes/prober.h"

namespace exporter::probes {

struct Kind {
  std::string_view name;
  // Reads the kind's keys of the probe's node, reports problems, and does no I/O on files or hosts that it
  // names.
  MakeProber (*read)(const base::yaml::Node& node);
  std::vector<Reason> reasons;  // the reasons for which a probe of this kind may fail
};

const std::vector<Kind>& kinds();
// Null when the name is unknown.
const Kind* find_kind(std::string_view name);

}  // namespace exporter::probes
