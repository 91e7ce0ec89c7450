// kind: command, a program and its exit code:
//
//   argv: [/usr/local/bin/check-model, --quick]   # never a shell
//   valid_exit_codes: [0]
//
// It runs as base/process.h says: in a process group of its own that is killed whole at the deadline, with
// nothing of the exporter's environment. What it prints is not kept: it may be secret.
#pragma once

#include "base/yaml.h"
#include "exporter/probes/prober.h"

namespace exporter::probes {

MakeProber read_command(const base::yaml::Node& node);

}  // namespace exporter::probes
