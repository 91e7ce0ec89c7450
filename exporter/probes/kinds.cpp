#include "exporter/probes/kinds.h"

#include <algorithm>

#include "exporter/probes/command.h"
#include "exporter/probes/http.h"
#include "exporter/probes/postgres.h"
#include "exporter/probes/redis.h"
#include "exporter/probes/sqlite.h"
#include "exporter/probes/tcp.h"

namespace exporter::probes {

const std::vector<Kind>& kinds() {
  using enum Reason;
  static const std::vector<Kind> table{
      {"command", read_command, {kTimeout, kExitCode, kSignal, kNotFound, kUnreadable}},
      {"http",
       read_http,
       {kResolve, kConnectRefused, kConnect, kTimeout, kTls, kProtocol, kRedirect, kStatus, kBody, kJson,
        kSecret}},
      {"postgres",
       read_postgres,
       {kResolve, kConnectRefused, kConnect, kTimeout, kTls, kProtocol, kAuth, kRejected, kSecret}},
      {"redis",
       read_redis,
       {kResolve, kConnectRefused, kConnect, kTimeout, kTls, kProtocol, kAuth, kRejected, kSecret}},
      {"sqlite", read_sqlite, {kTimeout, kNotFound, kUnreadable, kLocked, kCorrupt}},
      {"tcp", read_tcp, {kResolve, kConnectRefused, kConnect, kTimeout, kTls, kProtocol, kBody}},
  };
  return table;
}

const Kind* find_kind(std::string_view name) {
  const auto found = std::ranges::find(kinds(), name, &Kind::name);
  return found == kinds().end() ? nullptr : &*found;
}

}  // namespace exporter::probes
