#include "healer/notify/webhook.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/utf8.h"
#include "logs/secrets.h"

namespace healer::notify {
namespace {

constexpr base::Duration kLongestWish = std::chrono::minutes(10);

std::optional<base::Duration> wish(double seconds) {
  if (!(seconds >= 0)) return std::nullopt;
  const std::chrono::duration<double> longest = kLongestWish;
  return std::chrono::duration_cast<base::Duration>(
      std::min(std::chrono::duration<double>(seconds), longest));
}

// In seconds, whole (RFC 9110) or with a fraction (Discord), or {"retry_after": seconds}. A date is not
// understood and our own backoff holds. The longer of the two counts.
std::optional<base::Duration> retry_after(const base::http::Response& answer) {
  std::optional<base::Duration> asked;
  if (const auto found = answer.headers.find("Retry-After"); found != answer.headers.end()) {
    double seconds = 0;
    const std::string& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size()) asked = wish(seconds);
  }
  if (answer.status != 429) return asked;
  const auto document = base::parse_json(answer.body);
  if (!document || !document->is_object() || !document->contains("retry_after")) return asked;
  const nlohmann::json& seconds = (*document)["retry_after"];
  if (!seconds.is_number()) return asked;
  return std::max(asked, wish(seconds.get<double>()));
}

// What the receiver said of it, without any part of the secret.
std::string said(const base::http::Response& answer, const SecretUrl& url) {
  constexpr std::size_t kTooShortToBeSecret = 6;
  std::string words = base::excerpt(answer.body, 200);
  for (std::string_view rest = url.path; !rest.empty();) {
    const auto end = std::min(rest.find_first_of("/?&="), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.size() < kTooShortToBeSecret) continue;
    for (auto at = words.find(part); at != std::string::npos; at = words.find(part, at + 3))
      words.replace(at, part.size(), "***");
  }
  return words.empty() ? "" : ": " + logs::mask_secrets(words);
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

Delivery post(const SecretUrl& url, const std::string& body, const base::http::ClientOptions& options,
              base::Deadline deadline) {
  const base::http::Client client(url.base, options);
  const auto answer = client.post(url.path, body, "application/json", deadline);
  // The client's own words may quote the path, which is the secret.
  if (!answer) return {Delivery::Status::kRetry, fmt::format("no answer from {}", url.host), std::nullopt};
  if (answer->status >= 200 && answer->status < 300) return {};
  const bool retry = answer->status == 429 || answer->status == 408 || answer->status >= 500;
  return {retry ? Delivery::Status::kRetry : Delivery::Status::kRefused,
          fmt::format("{} answered {}{}", url.host, answer->status, said(*answer, url)),
          retry_after(*answer)};
}

}  // namespace healer::notify
