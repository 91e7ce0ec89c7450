// How to connect to a server that requires TLS or a password, with Prometheus's own keys.
// Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#http_config
#pragma once

#include <filesystem>

#include "base/http/client.h"
#include "base/yaml/yaml.h"

namespace healer {

// tls_config, basic_auth and authorization; secrets only by file. Opens none of the files.
base::http::ClientOptions read_http_config(const base::yaml::Node& node);
// Takes relative paths from `folder`.
void resolve_paths(const std::filesystem::path& folder, base::http::ClientOptions& options);

}  // namespace healer
