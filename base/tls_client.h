// TLS of the client, with the options of Prometheus's tls_config.
// Source: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#tls_config
#pragma once

#include <string>

#include "base/result.h"
#include "base/socket.h"
#include "base/tls.h"

namespace base::tls {

// Files are read for each connection, so that renewed ones are taken up.
struct ClientOptions {
  std::string ca_file;    // whom to trust; empty: whom the system trusts
  std::string cert_file;  // what to present when asked; empty: nothing
  std::string key_file;
  std::string server_name;  // what the server's certificate must be for; empty: the host that is connected to
  bool insecure_skip_verify = false;
  bool operator==(const ClientOptions&) const = default;
};

// Shakes hands on a connected, non-blocking socket, which outlives the session, and verifies whom it speaks
// with. Blocks up to the patience's end. The error is the reason alone.
Result<Session> connect(int socket, const std::string& host, const ClientOptions& options,
                        Patience& patience);

}  // namespace base::tls
