// SHA-256, by OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace base {

// 64 lower-case hex digits.
std::string sha256(std::string_view bytes);
// The 32 bytes themselves.
std::string sha256_bytes(std::string_view bytes);

// For bytes that arrive in pieces. One thread at a time.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  // 64 lower-case hex digits. The object must not be used afterwards.
  std::string finish();

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;  // an EVP_MD_CTX
};

}  // namespace base
