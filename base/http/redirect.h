// Requests with a body that follow a redirect.
#pragma once

#include <string>
#include <string_view>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace base::http {

struct Place {
  std::string base;  // https://host:port
  std::string path;  // with its query; begins with a slash
  bool operator==(const Place&) const = default;
};

// The target of a redirect from `from`: `location` is a URL or a relative reference. An error, which does not
// quote it, when it is neither http nor https, contains user info or is not percent-encoded.
Result<Place> redirect_target(const Place& from, std::string_view location);

struct Followed {
  Response response;
  std::string host;  // host:port that sent the response
};

constexpr int kMostRedirects = 5;

// Sends a request and follows 307 and 308: the same method and body to the new location, at most
// kMostRedirects times, and never from https to http. Another scheme, host or port receives no credentials,
// no client certificate and no header of the options except the `shared` one. Returns the response to the
// last request. 301, 302 and 303 are not followed, because they would turn the request into a GET. An error
// names hosts only, never a path.
Result<Followed> send_following(const std::string& method, Place place, std::string_view body,
                                std::string_view content_type, ClientOptions options, std::string_view shared,
                                Deadline deadline);

}  // namespace base::http
