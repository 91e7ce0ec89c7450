#include "healer/alerts/webhook/token.h"

#include <openssl/crypto.h>
#include <strings.h>

#include <utility>

#include "base/crypto/sha256.h"
#include "base/log.h"

namespace healer::webhook {
namespace {

constexpr base::Duration kLogEvery = std::chrono::seconds(10);

// The scheme's case does not matter (RFC 9110 11.1), and any number of blanks follows it.
std::string_view bearer(std::string_view header) {
  constexpr std::string_view kScheme = "Bearer ";
  if (header.size() < kScheme.size() || strncasecmp(header.data(), kScheme.data(), kScheme.size()) != 0)
    return {};
  const auto begin = header.find_first_not_of(' ', kScheme.size());
  return begin == std::string_view::npos ? std::string_view() : header.substr(begin);
}

}  // namespace

TokenCheck::TokenCheck(std::string token, const base::Clock& clock) : clock_(clock) {
  replace(std::move(token));
}

void TokenCheck::replace(std::string token) {
  // Digests are compared because they all have the same length. No token has a digest of zeros, so that an
  // empty one matches no request.
  std::string digest = token.empty() ? std::string(32, '\0') : base::sha256_bytes(token);
  std::lock_guard lock(mutex_);
  digest_ = std::move(digest);
}

bool TokenCheck::borne_by(const base::http::Headers& headers) {
  const auto header = headers.find("Authorization");
  const std::string given = base::sha256_bytes(
      bearer(header == headers.end() ? std::string_view() : std::string_view(header->second)));
  std::lock_guard lock(mutex_);
  return CRYPTO_memcmp(given.data(), digest_.data(), digest_.size()) == 0;
}

std::optional<base::http::Response> TokenCheck::refuse(const base::http::Request& request) {
  if (borne_by(request)) return std::nullopt;
  {
    std::lock_guard lock(mutex_);
    log_wrong_try(request.remote_address);
  }
  auto response = base::http::json_error(401, "a bearer token is required");
  response.headers.emplace("WWW-Authenticate", "Bearer");
  return response;
}

void TokenCheck::log_wrong_try(const std::string& remote_address) {
  ++unlogged_;
  const base::MonoTime now = clock_.now().mono;
  if (logged_at_ && now < *logged_at_ + kLogEvery) return;
  logged_at_ = now;
  base::log::warn("rejected requests without a valid token",
                  {{"count", std::exchange(unlogged_, 0)}, {"from", remote_address}});
}

}  // namespace healer::webhook
