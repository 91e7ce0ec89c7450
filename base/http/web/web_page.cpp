#include "base/http/web/web_page.h"

#include <fmt/format.h>

#include "base/crypto/sha256.h"
#include "base/text/base64.h"

namespace base::http {

std::string page_policy(std::string_view style, Forms forms) {
  return fmt::format(
      "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action {}; frame-ancestors 'none'",
      base64(sha256_bytes(style)), forms == Forms::kToThisServer ? "'self'" : "'none'");
}

Response html_page(int status, std::string body, std::string_view style, Forms forms) {
  return {.status = status,
          .content_type = "text/html; charset=utf-8",
          .body = std::move(body),
          .headers = {{"Content-Security-Policy", page_policy(style, forms)}}};
}

}  // namespace base::http
