// Requests with a body that follow a redirect.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/result.h"

namespace base::http {

struct Place {
  std::string base;  // https://host:port
  std::string path;  // with its query; begins with a slash
  bool operator==(const Place&) const = default;
};

// Where an answer from `from` sends to: `location` is a URL, or a reference relative to it. An error, which
// does not quote it, when it is neither http nor https, holds user info or cannot be sent as it stands.
Result<Place> redirect_target(const Place& from, std::string_view location);

struct Followed {
  Response response;
  std::string host;  // that answered: host:port
};

constexpr int kMostRedirects = 5;

// Sends a request and follows 307 and 308: the same method and body to the new place, at most kMostRedirects
// times, and never from https to http. Another scheme, host or port gets neither the credentials nor the
// client certificate, nor any header of the options but the `shared` one. The answer to the last request is
// returned; 301, 302 and 303 are answers like any other, because a client would have to turn the request into
// a GET. An error names hosts only, never a path.
Result<Followed> send_following(const std::string& method, Place place, std::string_view body,
                                std::string_view content_type, ClientOptions options, std::string_view shared,
                                Deadline deadline);

}  // namespace base::http
