#include "base/crypto/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

#include "base/text/hex.h"

namespace base {

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string code(32, '\0');
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(),
           reinterpret_cast<unsigned char*>(code.data()), nullptr) == nullptr) {
    throw std::runtime_error("HMAC: OpenSSL failed");  // out of memory, or no SHA-256 support
  }
  return hex(code);
}

}  // namespace base
