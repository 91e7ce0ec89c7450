// kind: postgres, a connection and SELECT 1:
//
//   address: 127.0.0.1:5432          # or unix:///var/run/postgresql, the folder of its socket
//   database: quantum
//   username: salus
//   password_file: /etc/salus/postgres-password
//   sslmode: prefer                  # disable, allow, prefer, require, verify-ca, verify-full
//   ca_file: /etc/ssl/own.pem        # what verify-* trusts
//
// Uses libpq's asynchronous interface, so that the deadline also holds for a server that does not respond.
// .pgpass is not read, and main() unsets libpq's environment variables.
#pragma once

#include <string_view>

#include "base/yaml/yaml.h"
#include "exporter/probes/prober.h"

namespace exporter::probes {

MakeProber read_postgres(const base::yaml::Node& node);

// The reason for libpq's text about a failed connection. Verbose texts contain the SQLSTATE, which is never
// translated: https://www.postgresql.org/docs/15/errcodes-appendix.html
Reason reason_of_connection(std::string_view text);

}  // namespace exporter::probes
