// The probes of exporter.yml:
//
//   probes:
//     interval: 30s                  # of each probe without a subsystem that has none of its own
//     timeout: 5s                    # of each probe that has none of its own
//     concurrency: 4                 # at most so many at once
//     probes:
//       - name: redis
//         kind: redis
//         subsystem: database        # optional
//         interval: 10s              # default: the cadence of the subsystem
//         timeout: 2s
//         address: 127.0.0.1:6379    # from here on each kind has its own keys
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/url.h"
#include "base/yaml/yaml.h"
#include "exporter/cadence.h"
#include "exporter/probes/curl.h"
#include "exporter/probes/kinds.h"
#include "inventory/subsystems.h"

namespace exporter::probes {

struct Probe {
  std::string name;
  const Kind* kind = nullptr;  // null only when a problem was reported
  std::string subsystem;       // may be empty
  base::Duration interval{};
  base::Duration timeout{};  // at most the interval
  MakeProber make;
  std::string text;  // the text of its configuration: an unchanged probe keeps its state
};

struct Config {
  std::size_t concurrency = 4;
  std::vector<Probe> probes;
};

// Reports as problems: mistakes in any probe, duplicate names, subsystems that are not in subsystems.yml.
Config read_config(const base::yaml::Node& node, const base::Inventory& inventory, const Cadence& cadence);

// Shared by the kinds. Reports every key that is neither common to all probes nor in `own`.
void only(const base::yaml::Node& probe, std::initializer_list<std::string_view> own);
// host:port or unix:///path, to connect to.
base::Endpoint read_address(const base::yaml::Node& node);
// tls_config: {ca_file: …, server_name: …, insecure_skip_verify: false}.
TlsOptions read_tls(const base::yaml::Node& node);

}  // namespace exporter::probes
