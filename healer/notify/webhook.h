// What Discord's and Slack's incoming webhooks have in common: a secret URL that takes a small JSON document.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/http_client.h"
#include "healer/notify/notifier.h"

namespace healer::notify {

struct SecretUrl {
  std::string base;  // https://host:port
  std::string host;
  std::string path;  // the rest, which is the secret
};
// An error does not quote the URL.
base::Result<SecretUrl> parse_secret_url(const std::string& url);

constexpr std::string_view kSignatureHeader = "X-Salus-Signature";

// Posts `body`, follows 307 and 308 (base/http_redirect.h) and reads the answer: 2xx delivered; 3xx, 408,
// 429, 5xx and no answer to be tried again; anything else refused. How long to wait is told by `Retry-After`,
// in seconds or as a date, or by Discord's `retry_after` in the body. The error names the host and what the
// receiver said in at most a line, without the URL.
Delivery post(const SecretUrl& url, const std::string& body, const base::http::ClientOptions& options,
              base::Deadline deadline, const base::Clock& clock);

}  // namespace healer::notify
