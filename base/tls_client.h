// TLS of the client.
#pragma once

#include <string>

#include "base/result.h"
#include "base/socket.h"
#include "base/tls.h"
#include "base/tls_options.h"

namespace base::tls {

// Shakes hands on a connected, non-blocking socket, which outlives the session, and verifies whom it speaks
// with. Blocks up to the patience's end. The error is the reason alone. SIGPIPE must be blocked or ignored,
// then and while the session is used: OpenSSL writes as to a pipe.
Result<Session> connect(int socket, const std::string& host, const ClientOptions& options,
                        Patience& patience);

}  // namespace base::tls
