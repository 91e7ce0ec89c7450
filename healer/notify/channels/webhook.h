// Common part of the webhook notifiers: a secret URL that accepts a small JSON document.
#pragma once

#include <string>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "healer/notify/notifier.h"

namespace healer::notify {

struct SecretUrl {
  std::string base;  // https://host:port
  std::string host;
  std::string path;  // the rest of the URL; secret
};
// An error does not quote the URL.
base::Result<SecretUrl> parse_secret_url(const std::string& url);

constexpr std::string_view kSignatureHeader = "X-Salus-Signature";

// Posts `body` and follows 307 and 308 (base/http/redirect.h). Delivered: 2xx. Retry: 3xx, 408, 429, 5xx
// and no response. Refused: anything else. The delay is taken from `Retry-After`, in seconds or as a date,
// or from Discord's `retry_after` in the body. The error contains the host and at most one line of the
// response, never the URL.
Delivery post(const SecretUrl& url, const std::string& body, const base::http::ClientOptions& options,
              base::Deadline deadline, const base::Clock& clock);

}  // namespace healer::notify
