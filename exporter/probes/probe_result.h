// The result of one run of a probe.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/os/clock.h"

namespace exporter::probes {

// Why a probe failed: a closed list, because it is a label value of salus_probe_failure_reason.
enum class Reason {
  kNone,            // it did not fail
  kResolve,         // the host name cannot be resolved
  kConnectRefused,  // no program listens there
  kConnect,         // not connected for another reason: unreachable, no such socket
  kTimeout,         // no response in time
  kTls,             // the handshake failed or the certificate is not valid
  kProtocol,        // the response is not of the protocol, or the connection was lost
  kRedirect,        // too many redirects, or one to a protocol other than HTTP
  kStatus,          // HTTP status that is not among the valid ones
  kBody,            // the response is not the expected one, or is too large
  kJson,            // a value in the JSON is not the expected one, or the body is not JSON
  kAuth,            // the server requires other credentials
  kRejected,    // the server responds but does not serve: still loading, too many clients, no such database
  kExitCode,    // the command's exit code is not among the valid ones
  kSignal,      // a signal ended the command
  kNotFound,    // the program or file does not exist
  kUnreadable,  // no permission to use the program or file
  kLocked,      // another process keeps the database locked
  kCorrupt,     // the database is damaged, or the file is not a database
  kSecret,      // the file with the password or token cannot be used
};
std::string_view name(Reason reason);

struct Failure {
  Reason reason = Reason::kNone;
  std::string text;  // for operators, never a label; contains no secret
};

// A value, or the reason why there is none.
template <class T>
using Outcome = std::expected<T, Failure>;

inline std::unexpected<Failure> failed(Reason reason, std::string text) {
  return std::unexpected(Failure{reason, std::move(text)});
}

struct ProbeResult {
  Failure failure;  // kNone: success
  std::optional<int> http_status;
  std::optional<int> exit_code;
  // Of the certificate in the peer's chain that expires first.
  std::optional<base::WallTime> certificate_expires;

  bool success() const { return failure.reason == Reason::kNone; }
};

}  // namespace exporter::probes
