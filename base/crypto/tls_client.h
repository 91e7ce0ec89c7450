// TLS of the client.
#pragma once

#include <string>

#include "base/crypto/tls.h"
#include "base/crypto/tls_options.h"
#include "base/os/socket.h"
#include "base/result.h"

namespace base::tls {

// Performs the handshake on a connected, non-blocking socket, which must outlive the session, and verifies
// the peer. Blocks until the end of `patience`. The error is only the reason. SIGPIPE must be blocked or
// ignored now and while the session is used, because OpenSSL writes without MSG_NOSIGNAL.
Result<Session> connect(int socket, const std::string& host, const ClientOptions& options,
                        WaitLimit& patience);

}  // namespace base::tls
