#include "healer/notify/channels/smtp.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

namespace healer::notify {
namespace {

using List = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;
using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;

// The mail text that curl reads.
struct Upload {
  std::string_view rest;

  static std::size_t give(char* buffer, std::size_t one, std::size_t size, void* self) {
    auto& upload = *static_cast<Upload*>(self);
    const std::size_t length = std::min(one * size, upload.rest.size());
    std::copy_n(upload.rest.data(), length, buffer);
    upload.rest.remove_prefix(length);
    return length;
  }
};

std::string host_of(const std::string& url) {
  const auto scheme = url.find("://");
  return scheme == std::string::npos ? url : url.substr(scheme + 3);
}

// Whether a retry of the same mail cannot succeed. https://curl.se/libcurl/c/libcurl-errors.html
bool is_final(CURLcode code, long status) {
  switch (code) {
    case CURLE_LOGIN_DENIED:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_USE_SSL_FAILED:
    case CURLE_URL_MALFORMAT:
      return status / 100 != 4;
    default:
      return status / 100 == 5;
  }
}

Delivery delivery(CURL* handle, CURLcode code, const SmtpServer& server, const char* words) {
  if (code == CURLE_OK) return {};
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  const std::string said = words[0] != '\0' ? words : curl_easy_strerror(code);
  const std::string answer = status == 0 ? "" : fmt::format(" (last answer: {})", status);
  return {is_final(code, status) ? Delivery::Status::kRefused : Delivery::Status::kRetry,
          fmt::format("{}: {}{}", host_of(server.url), said, answer), std::nullopt};
}

}  // namespace

Delivery send_mail(const SmtpServer& server, const std::string& from, const std::vector<std::string>& to,
                   const std::string& text, base::Deadline deadline) {
  // Thread-safe. Never cleaned up: libraries that curl uses cannot be initialized twice.
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  List recipients(nullptr, curl_slist_free_all);
  for (const std::string& address : to) {
    recipients.reset(curl_slist_append(recipients.release(), fmt::format("<{}>", address).c_str()));
  }
  std::array<char, CURL_ERROR_SIZE> words{};
  Upload upload{text};
  const Handle handle(ready == CURLE_OK ? curl_easy_init() : nullptr, curl_easy_cleanup);
  if (!handle) return {Delivery::Status::kRetry, "failed to initialize libcurl", std::nullopt};
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(handle.get(), option, value); };
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.remaining());
  const std::string sender = fmt::format("<{}>", from);
  set(CURLOPT_ERRORBUFFER, words.data());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // do not wait for a hanging resolver
  set(CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(left.count())));
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_URL, server.url.c_str());
  set(CURLOPT_USE_SSL, static_cast<long>(server.require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  if (!server.ca_file.empty()) set(CURLOPT_CAINFO, server.ca_file.c_str());
  if (!server.username.empty()) {
    set(CURLOPT_USERNAME, server.username.c_str());
    set(CURLOPT_PASSWORD, server.password.c_str());
  }
  set(CURLOPT_MAIL_FROM, sender.c_str());
  set(CURLOPT_MAIL_RCPT, recipients.get());
  set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READDATA, &upload);
  set(CURLOPT_READFUNCTION, &Upload::give);
  return delivery(handle.get(), curl_easy_perform(handle.get()), server, words.data());
}

}  // namespace healer::notify
