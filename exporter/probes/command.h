// kind: command, a program and its exit code:
//
//   argv: [/usr/local/bin/check-model, --quick]   # never a shell
//   valid_exit_codes: [0]
//
// It runs as described in base/os/process.h: in its own process group, which is killed at the deadline, and
// without the exporter's environment. Its output is discarded, because it may contain secrets.
#pragma once

#include "base/yaml/yaml.h"
#include "exporter/probes/prober.h"

namespace exporter::probes {

MakeProber read_command(const base::yaml::Node& node);

}  // namespace exporter::probes
