// The options of Prometheus's tls_config, for a client.
// Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#tls_config
#pragma once

#include <string>

namespace base::tls {

// Files are read for each connection, so that renewed ones are taken up.
struct ClientOptions {
  std::string ca_file = {};    // whom to trust; empty: whom the system trusts
  std::string cert_file = {};  // what to present when asked; empty: nothing
  std::string key_file = {};
  std::string server_name =
      {};  // what the server's certificate must be for; empty: the host that is connected to
  bool insecure_skip_verify = false;
  bool operator==(const ClientOptions&) const = default;
};

}  // namespace base::tls
