#include "base/http/web/basic_auth.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <strings.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace base::http {
namespace {

constexpr std::size_t kWrongRemembered = 1024;
constexpr std::string_view kScheme = "Basic ";

// nullopt when `text` is not base64.
std::optional<std::string> decode(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string decoded(text.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  decoded.resize(static_cast<std::size_t>(size) - padding);
  return decoded;
}

bool matches(const std::string& password, const std::string& hash) {
  const auto scratch = std::make_unique<crypt_data>();
  const char* made = crypt_r(password.c_str(), hash.c_str(), scratch.get());
  const bool same = made != nullptr && std::string_view(made).size() == hash.size() &&
                    CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
  OPENSSL_cleanse(scratch.get(), sizeof(crypt_data));
  return same;
}

void add(std::string& message, std::string_view part) {
  message += std::to_string(part.size());
  message += ':';
  message += part;
}

}  // namespace

std::optional<std::pair<std::string, std::string>> parse_basic(std::string_view header) {
  if (header.size() < kScheme.size() || strncasecmp(header.data(), kScheme.data(), kScheme.size()) != 0) {
    return std::nullopt;
  }
  const auto credentials = decode(header.substr(kScheme.size()));
  const auto colon = credentials ? credentials->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return std::pair(credentials->substr(0, colon), credentials->substr(colon + 1));
}

BasicAuth::BasicAuth() {
  if (RAND_bytes(salt_.data(), static_cast<int>(salt_.size())) != 1) {
    throw std::runtime_error("cannot read random bytes from the system");
  }
}

BasicAuth::Asked BasicAuth::look_up(const Users& users, std::string_view name,
                                    std::string_view password) const {
  const auto user = std::ranges::find(users, name, &Users::value_type::first);
  // An unknown name is checked against the hash of another one, so that both cases take the same time.
  const auto& [known_name, hash] = user == users.end() ? users.front() : *user;
  Asked asked{.name = known_name, .hash = hash, .exists = user != users.end()};
  std::string message;
  add(message, name);
  add(message, hash);
  add(message, password);
  const auto* made = HMAC(EVP_sha256(), salt_.data(), static_cast<int>(salt_.size()),
                          reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                          asked.digest.data(), nullptr);
  OPENSSL_cleanse(message.data(), message.size());
  // Out of memory: all passwords would have the same digest.
  if (made == nullptr) throw std::runtime_error("HMAC: OpenSSL failed");
  return asked;
}

std::optional<bool> BasicAuth::known(const Users& users, std::string_view name, std::string_view password) {
  const Asked asked = look_up(users, name, password);
  const std::lock_guard lock(mutex_);
  const auto right = right_.find(asked.name);
  if (asked.exists && right != right_.end() &&
      CRYPTO_memcmp(right->second.data(), asked.digest.data(), asked.digest.size()) == 0) {
    return true;
  }
  return wrong_.contains(asked.digest) ? std::optional(false) : std::nullopt;
}

bool BasicAuth::check(const Users& users, std::string_view name, std::string_view password) {
  const Asked asked = look_up(users, name, password);
  // crypt() would ignore everything after a NUL.
  const bool right = matches(std::string(password), asked.hash) &&
                     password.find('\0') == std::string_view::npos && asked.exists;
  const std::lock_guard lock(mutex_);
  if (right) {
    right_[asked.name] = asked.digest;
  } else {
    remember_wrong(asked.digest);
  }
  return right;
}

// With the mutex held.
void BasicAuth::remember_wrong(const Digest& digest) {
  if (!wrong_.insert(digest).second) return;
  wrong_by_age_.push_back(digest);
  if (wrong_by_age_.size() <= kWrongRemembered) return;
  wrong_.erase(wrong_by_age_.front());
  wrong_by_age_.pop_front();
}

}  // namespace base::http
