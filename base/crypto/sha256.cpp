#include "base/crypto/sha256.h"

#include <openssl/evp.h>

#include <stdexcept>

#include "base/text/hex.h"

namespace base {
namespace {

constexpr std::size_t kSize = 32;

EVP_MD_CTX* context_of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

unsigned char* data_of(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

// OpenSSL fails here only when out of memory or without SHA-256 support.
void expect(int answer) {
  if (answer != 1) throw std::runtime_error("SHA-256: OpenSSL failed");
}

}  // namespace

std::string sha256(std::string_view bytes) { return hex(sha256_bytes(bytes)); }

std::string sha256_bytes(std::string_view bytes) {
  std::string digest(kSize, '\0');
  expect(EVP_Digest(bytes.data(), bytes.size(), data_of(digest), nullptr, EVP_sha256(), nullptr));
  return digest;
}

void Sha256::Free::operator()(void* context) const { EVP_MD_CTX_free(context_of(context)); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  expect(EVP_DigestInit_ex(context_of(context_.get()), EVP_sha256(), nullptr));
}

void Sha256::update(std::string_view bytes) {
  expect(EVP_DigestUpdate(context_of(context_.get()), bytes.data(), bytes.size()));
}

std::string Sha256::finish() {
  std::string digest(kSize, '\0');
  expect(EVP_DigestFinal_ex(context_of(context_.get()), data_of(digest), nullptr));
  return hex(digest);
}

}  // namespace base
