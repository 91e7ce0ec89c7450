// Passwords and tokens of probes: read from files at each run, and never part of a text.
#pragma once

#include <string>

#include "base/yaml/yaml.h"
#include "exporter/probes/probe_result.h"

namespace exporter::probes {

// The absolute path of a file with a secret; empty when the node is absent.
std::string read_secret_path(const base::yaml::Node& node);

// The file's secret; empty for an empty path. kSecret when the file cannot be used.
Outcome<std::string> load_secret(const std::string& path);

// `text` with every occurrence of the secret replaced: a server's message may repeat what was sent to it.
std::string redact(std::string text, const std::string& secret);

}  // namespace exporter::probes
