// Authentication of requests by bearer token.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "base/http/http.h"
#include "base/os/clock.h"

namespace healer::webhook {

// Thread-safe.
class TokenCheck {
 public:
  TokenCheck(std::string token, const base::Clock& clock);
  // Nothing if the request has the token, else the 401 answer. Takes the same time for every wrong token.
  // Rejected requests are logged at most every ten seconds, with their number.
  std::optional<base::http::Response> refuse(const base::http::Request& request);
  // Whether it has the token. A wrong one is not logged.
  bool borne_by(const base::http::Request& request) { return borne_by(request.headers); }
  bool borne_by(const base::http::Headers& headers);
  // Applies to all later requests.
  void replace(std::string token);

 private:
  void log_wrong_try(const std::string& remote_address);

  const base::Clock& clock_;
  std::mutex mutex_;
  std::string digest_;
  std::optional<base::MonoTime> logged_at_;
  std::uint64_t unlogged_ = 0;
};

}  // namespace healer::webhook
