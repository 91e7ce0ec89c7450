// The options of Prometheus's tls_config, for a client.
// Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#tls_config
#pragma once

#include <string>

namespace base::tls {

// Files are read for each connection, so renewed ones take effect.
struct ClientOptions {
  std::string ca_file = {};    // trusted CAs; empty: those of the system
  std::string cert_file = {};  // client certificate; empty: none
  std::string key_file = {};
  std::string server_name = {};  // expected name in the server's certificate; empty: the host of the URL
  bool insecure_skip_verify = false;
  bool operator==(const ClientOptions&) const = default;
};

}  // namespace base::tls
