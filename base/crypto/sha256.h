// SHA-256 over bytes that arrive in pieces, by OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace base {

// One thread at a time.
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

std::string sha256(std::string_view bytes);

}  // namespace base
