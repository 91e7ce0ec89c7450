#include "base/basic_auth.h"

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

// One is hashed while these wait. Fewer than the threads of a server, so that the others go on.
constexpr std::size_t kHashingAtMost = 3;
constexpr std::ptrdiff_t kFromOneAddress = kHashingAtMost - 1;
constexpr std::string_view kScheme = "Basic ";

// nullopt for what is no base 64.
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
    throw std::runtime_error("the system gives no random bytes");
  }
}

BasicAuth::Digest BasicAuth::digest(std::string_view name, std::string_view hash,
                                    std::string_view password) const {
  std::string message;
  add(message, name);
  add(message, hash);
  add(message, password);
  Digest digest{};
  HMAC(EVP_sha256(), salt_.data(), static_cast<int>(salt_.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(), nullptr);
  OPENSSL_cleanse(message.data(), message.size());
  return digest;
}

bool BasicAuth::remembers(const std::string& name, const Digest& digest) {
  const std::lock_guard lock(mutex_);
  const auto found = right_.find(name);
  return found != right_.end() && CRYPTO_memcmp(found->second.data(), digest.data(), digest.size()) == 0;
}

bool BasicAuth::wait_for_turn(const std::string& from, Queue::iterator& mine) {
  std::unique_lock lock(mutex_);
  if (queue_.size() >= kHashingAtMost || std::ranges::count(queue_, from) >= kFromOneAddress) return false;
  mine = queue_.insert(queue_.end(), from);
  turn_.wait(lock, [&] { return mine == queue_.begin(); });
  return true;
}

void BasicAuth::end_turn(Queue::iterator mine) {
  const std::lock_guard lock(mutex_);
  queue_.erase(mine);
  turn_.notify_all();
}

BasicAuth::Verdict BasicAuth::check(const Users& users, std::string_view name, std::string_view password,
                                    const std::string& from) {
  const auto user = std::ranges::find(users, name, &Users::value_type::first);
  // Somebody's hash, so that the same work is done.
  const auto& [known_name, hash] = user == users.end() ? users.front() : *user;
  const Digest asked = digest(name, hash, password);
  if (user != users.end() && remembers(known_name, asked)) return Verdict::kRight;

  Queue::iterator mine;
  if (!wait_for_turn(from, mine)) return Verdict::kBusy;
  const struct Turn {
    BasicAuth& auth;
    Queue::iterator mine;
    ~Turn() { auth.end_turn(mine); }
  } turn{*this, mine};
  // crypt() would take a password for the part before its NUL.
  const bool same = matches(std::string(password), hash) && password.find('\0') == std::string_view::npos;
  if (!same || user == users.end()) return Verdict::kWrong;
  const std::lock_guard lock(mutex_);
  right_[known_name] = asked;
  return Verdict::kRight;
}

}  // namespace base::http
