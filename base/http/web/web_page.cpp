#include "base/http/web/web_page.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

namespace base::http {

std::string page_policy(std::string_view style, Forms forms) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(style.data()), style.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> base64{};
  const int size = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
  return fmt::format(
      "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action {}; frame-ancestors 'none'",
      std::string_view(reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(size)),
      forms == Forms::kToThisServer ? "'self'" : "'none'");
}

Response html_page(int status, std::string body, std::string_view style, Forms forms) {
  return {.status = status,
          .content_type = "text/html; charset=utf-8",
          .body = std::move(body),
          .headers = {{"Content-Security-Policy", page_policy(style, forms)}}};
}

}  // namespace base::http
