// What one run of a probe saw.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace exporter::probes {

// Why a probe failed: a closed list, because it is a label of salus_probe_failure_reason.
enum class Reason {
  kNone,            // it did not fail
  kResolve,         // the host's name has no address
  kConnectRefused,  // nobody listens there
  kConnect,         // no connection for another reason: unreachable, no such socket
  kTimeout,         // no answer in time
  kTls,             // the handshake failed or the certificate is not valid
  kProtocol,        // what came is not the protocol, or the connection was cut
  kRedirect,        // too many redirects, or one to something that is not HTTP
  kStatus,          // HTTP status that is not among the valid ones
  kBody,            // what came is not what is expected, or is too large
  kJson,            // a value in the JSON is not the expected one, or it is no JSON
  kAuth,            // the server wants other credentials
  kRejected,    // the server answers and does not serve: still loading, too many clients, no such database
  kExitCode,    // the command's exit code is not among the valid ones
  kSignal,      // a signal ended the command
  kNotFound,    // the program or file does not exist
  kUnreadable,  // the program or file may not be used
  kLocked,      // another process keeps the database locked
  kCorrupt,     // the database is damaged, or is none
  kSecret,      // the file with the password or token cannot be used
};
std::string_view name(Reason reason);

struct Failure {
  Reason reason = Reason::kNone;
  std::string text;  // for people, never a label; holds no secret
};

// A value, or why there is none.
template <class T>
using Outcome = std::expected<T, Failure>;

inline std::unexpected<Failure> failed(Reason reason, std::string text) {
  return std::unexpected(Failure{reason, std::move(text)});
}

struct Answer {
  Failure failure;  // kNone: success
  std::optional<int> http_status;
  std::optional<int> exit_code;
  // Of the certificate in the peer's chain that expires first.
  std::optional<base::WallTime> certificate_expires;

  bool success() const { return failure.reason == Reason::kNone; }
};

}  // namespace exporter::probes
