#include "healer/notify/channels/webhook.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/http/date.h"
#include "base/http/redirect.h"
#include "base/http/url.h"
#include "base/text/json.h"
#include "log_analysis/redaction.h"

namespace healer::notify {
namespace {

constexpr base::Duration kLongestWish = std::chrono::minutes(10);

std::optional<base::Duration> wish(double seconds) {
  if (!(seconds >= 0)) return std::nullopt;
  const std::chrono::duration<double> longest = kLongestWish;
  return std::chrono::duration_cast<base::Duration>(
      std::min(std::chrono::duration<double>(seconds), longest));
}

std::string_view header(const base::http::Response& answer, const char* name) {
  const auto found = answer.headers.find(name);
  return found == answer.headers.end() ? std::string_view() : std::string_view(found->second);
}

// In seconds, whole (RFC 9110) or with a fraction (Discord), or as a date. A date is relative to the
// response's Date header, so that the clocks need not agree.
std::optional<base::Duration> retry_after_header(const base::http::Response& answer, base::WallTime now) {
  const std::string_view text = header(answer, "Retry-After");
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size()) return wish(seconds);
  const auto until = base::http::parse_http_date(text, now);
  if (!until) return std::nullopt;
  const base::WallTime from = base::http::parse_http_date(header(answer, "Date"), now).value_or(now);
  return wish(std::max(0.0, base::unix_seconds(*until) - base::unix_seconds(from)));
}

// The longer of the header and {"retry_after": seconds} in the body.
std::optional<base::Duration> retry_after(const base::http::Response& answer, base::WallTime now) {
  const std::optional<base::Duration> asked = retry_after_header(answer, now);
  if (answer.status != 429) return asked;
  const auto document = base::parse_json(answer.body);
  if (!document || !document->is_object() || !document->contains("retry_after")) return asked;
  const nlohmann::json& seconds = (*document)["retry_after"];
  if (!seconds.is_number()) return asked;
  return std::max(asked, wish(seconds.get<double>()));
}

// The receiver's error text, without any part of the secret.
std::string said(const base::http::Response& answer, const SecretUrl& url) {
  constexpr std::size_t kTooShortToBeSecret = 6;
  std::string words = log_analysis::masked_excerpt(answer.body, 200);
  for (std::string_view rest = url.path; !rest.empty();) {
    const auto end = std::min(rest.find_first_of("/?&="), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.size() < kTooShortToBeSecret) continue;
    for (auto at = words.find(part); at != std::string::npos; at = words.find(part, at + 3))
      words.replace(at, part.size(), "***");
  }
  return words.empty() ? "" : ": " + words;
}

}  // namespace

base::Result<SecretUrl> parse_secret_url(const std::string& url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    return base::fail("the webhook URL must start with http:// or https://");
  }
  auto [server, path] = base::split_url(url);
  const std::string host = server.substr(server.find("://") + 3);
  if (host.empty() || host.find_first_of("@ \t\r\n") != std::string::npos) {
    return base::fail("the webhook URL has no valid host");
  }
  return SecretUrl{std::move(server), host, std::move(path)};
}

Delivery post(const SecretUrl& url, const std::string& body, const base::http::ClientOptions& options,
              base::Deadline deadline, const base::Clock& clock) {
  const auto followed = base::http::send_following("POST", {url.base, url.path}, body, "application/json",
                                                   options, kSignatureHeader, deadline);
  if (!followed) return {Delivery::Status::kRetry, followed.error().message, std::nullopt};
  const base::http::Response& answer = followed->response;
  if (answer.status >= 200 && answer.status < 300) return {};
  const bool moved = answer.status >= 300 && answer.status < 400;
  const bool retry = moved || answer.status == 429 || answer.status == 408 || answer.status >= 500;
  const std::string words =
      moved ? ": the receiver has moved and its redirect does not apply to POST; configure the new URL"
            : said(answer, url);
  return {retry ? Delivery::Status::kRetry : Delivery::Status::kRefused,
          fmt::format("{} answered {}{}", followed->host, answer.status, words),
          retry_after(answer, clock.now().wall)};
}

}  // namespace healer::notify
