#include "exporter/probes/probe_result.h"

namespace exporter::probes {

std::string_view name(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "none";
    case Reason::kResolve:
      return "resolve";
    case Reason::kConnectRefused:
      return "connect_refused";
    case Reason::kConnect:
      return "connect";
    case Reason::kTimeout:
      return "timeout";
    case Reason::kTls:
      return "tls";
    case Reason::kProtocol:
      return "protocol";
    case Reason::kRedirect:
      return "redirect";
    case Reason::kStatus:
      return "status";
    case Reason::kBody:
      return "body";
    case Reason::kJson:
      return "json";
    case Reason::kAuth:
      return "auth";
    case Reason::kRejected:
      return "rejected";
    case Reason::kExitCode:
      return "exit_code";
    case Reason::kSignal:
      return "signal";
    case Reason::kNotFound:
      return "not_found";
    case Reason::kUnreadable:
      return "unreadable";
    case Reason::kLocked:
      return "locked";
    case Reason::kCorrupt:
      return "corrupt";
    case Reason::kSecret:
      return "secret";
  }
  return "none";
}

}  // namespace exporter::probes
