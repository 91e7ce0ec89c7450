#include "healer/notify/webhook.h"

#include <charconv>

#include "base/http_client.h"

namespace healer::notify {
namespace {

constexpr base::Duration kLongestWish = std::chrono::minutes(10);

// Retry-After in seconds, whole (RFC 9110) or with a fraction (Discord). A date is not understood and our own
// backoff holds.
std::optional<base::Duration> retry_after(const base::http::Response& answer) {
  const auto found = answer.headers.find("Retry-After");
  if (found == answer.headers.end()) return std::nullopt;
  double seconds = 0;
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0)) return std::nullopt;
  const std::chrono::duration<double> longest = kLongestWish;
  return std::chrono::duration_cast<base::Duration>(
      std::min(std::chrono::duration<double>(seconds), longest));
}

}  // namespace

base::Result<SecretUrl> parse_secret_url(const std::string& url) {
  const auto scheme = url.find("://");
  const auto name = url.substr(0, scheme);
  if (scheme == std::string::npos || (name != "http" && name != "https")) {
    return base::fail("the webhook's URL is neither http:// nor https://");
  }
  const auto host_begin = scheme + 3;
  const auto path_begin = std::min(url.find('/', host_begin), url.size());
  const std::string host = url.substr(host_begin, path_begin - host_begin);
  if (host.empty() || host.find_first_of("@ \t\r\n") != std::string::npos) {
    return base::fail("the webhook's URL has no usable host");
  }
  return SecretUrl{url.substr(0, path_begin), host, path_begin == url.size() ? "/" : url.substr(path_begin)};
}

Delivery post(const SecretUrl& url, const std::string& body, base::Deadline deadline) {
  const base::http::Client client(url.base);
  const auto answer = client.post(url.path, body, "application/json", deadline);
  // The client's own words may quote the path, which is the secret.
  if (!answer) return {Delivery::Status::kRetry, fmt::format("no answer from {}", url.host), std::nullopt};
  if (answer->status >= 200 && answer->status < 300) return {};
  const bool retry = answer->status == 429 || answer->status == 408 || answer->status >= 500;
  return {retry ? Delivery::Status::kRetry : Delivery::Status::kRefused,
          fmt::format("{} answered {}", url.host, answer->status), retry_after(*answer)};
}

}  // namespace healer::notify
