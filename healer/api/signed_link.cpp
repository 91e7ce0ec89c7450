#include "healer/api/signed_link.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <filesystem>

#include "base/crypto/hmac.h"
#include "base/http/url.h"
#include "base/os/file.h"
#include "base/text/hex.h"

namespace healer::approvals {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kShortestKey = 16;

std::string seconds_of(base::WallTime time) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

}  // namespace

base::Result<std::string> read_key(const std::string& file, bool make) {
  std::error_code error;
  if (make && !std::filesystem::exists(file, error) && !error) {
    std::string random(kKeyBytes, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), static_cast<int>(random.size())) != 1)
      return base::fail("{}: cannot generate key", file);
    const auto made = base::write_atomically(file, base::hex(random) + "\n", 0600);
    if (!made) return base::wrap(made.error(), "create the key for links");
  }
  auto key = base::read_secret(file);
  if (!key) return base::wrap(key.error(), "the key for links");
  if (key->size() < kShortestKey)
    return base::fail("{}: the key is shorter than {} bytes", file, kShortestKey);
  return key;
}

std::string LinkSigner::token(std::string_view approval, std::string_view verb, std::string_view expires,
                              std::string_view description) const {
  // None of the first three can hold a line break.
  const std::string message =
      fmt::format("salus approval\n{}\n{}\n{}\n{}", approval, verb, expires, description);
  return base::hmac_sha256(key_, message);
}

std::string LinkSigner::link(std::string_view external_url, std::string_view approval, std::string_view verb,
                             base::WallTime expires_at, std::string_view description) const {
  const std::string expires = seconds_of(expires_at);
  return fmt::format("{}/approvals/{}?verb={}&expires={}&token={}", external_url,
                     base::percent_encode(approval), verb, expires,
                     token(approval, verb, expires, description));
}

bool LinkSigner::vouches(const Approval& approval, std::string_view verb, std::string_view expires,
                         std::string_view given) const {
  if ((verb != kApprove && verb != kReject) || expires != seconds_of(approval.expires_at)) return false;
  const std::string expected = token(approval.id, verb, expires, approval.description);
  return given.size() == expected.size() &&
         CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

}  // namespace healer::approvals
