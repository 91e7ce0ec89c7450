#include "base/http/redirect.h"

#include <algorithm>

#include "base/http/url.h"

namespace base::http {
namespace {

std::string host_of(const Place& place) { return place.base.substr(place.base.find("://") + 3); }

bool is_http(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

// https://host:443 and https://host are one origin.
std::string origin_of(const Place& place) {
  const auto url = parse_base_url(place.base);
  return url ? url->str() : place.base;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// The options without any credentials.
void forget_secrets(ClientOptions& options, std::string_view shared) {
  options.username.clear();
  options.password_file.clear();
  options.credentials_file.clear();
  options.tls.cert_file.clear();
  options.tls.key_file.clear();
  options.tls.server_name.clear();
  std::erase_if(options.headers, [&](const auto& header) { return lower(header.first) != lower(shared); });
}

}  // namespace

Result<Place> redirect_target(const Place& from, std::string_view location) {
  const std::string_view scheme = std::string_view(from.base).substr(0, from.base.find("://"));
  location = location.substr(0, location.find('#'));
  if (location.empty()) return fail("is empty");
  Place to;
  std::string url;
  if (location.starts_with("//")) {
    url = std::string(scheme) + ":" + std::string(location);
  } else if (is_http(lower(location.substr(0, 8)))) {
    url = location;
  }
  if (!url.empty()) {
    auto [server, path] = split_url(url);
    const auto host = server.find("://") + 3;
    to.base = lower(server.substr(0, host)) + server.substr(host);
    to.path = std::move(path);
    if (to.base.find('@') != std::string::npos) return fail("contains user info");
    if (const auto valid = parse_base_url(to.base); !valid) return fail("is not a URL");
  } else {
    const auto colon = location.find(':');
    if (colon != std::string_view::npos && colon < location.find_first_of("/?"))
      return fail("is neither http:// nor https://");
    to.base = from.base;
    const std::string before = from.path.substr(0, from.path.find('?'));
    if (location.starts_with('/')) {
      to.path = location;
    } else if (location.starts_with('?')) {
      to.path = before + std::string(location);
    } else {
      to.path = before.substr(0, before.rfind('/') + 1) + std::string(location);
    }
  }
  if (std::ranges::any_of(to.path, [](char c) { return c <= ' ' || c >= 0x7f; }))
    return fail("is not percent-encoded");
  return to;
}

Result<Followed> send_following(const std::string& method, Place place, std::string_view body,
                                std::string_view content_type, ClientOptions options, std::string_view shared,
                                Deadline deadline) {
  options.secret_path = true;
  for (int redirects = 0;; ++redirects) {
    auto answer = Client(place.base, options).send(method, place.path, body, content_type, deadline);
    if (!answer) return std::unexpected(answer.error());
    if (answer->status != 307 && answer->status != 308)
      return Followed{.response = std::move(*answer), .host = host_of(place)};
    const std::string said = fmt::format("{} answered {}", host_of(place), answer->status);
    const auto location = answer->headers.find("Location");
    if (location == answer->headers.end()) return fail("{} without a Location", said);
    auto next = redirect_target(place, location->second);
    if (!next) return fail("{}; its Location {}", said, next.error().message);
    if (redirects == kMostRedirects) return fail("{}: more than {} redirects", said, kMostRedirects);
    if (place.base.starts_with("https://") && !next->base.starts_with("https://"))
      return fail("{}: redirects from https to http are not followed", said);
    if (origin_of(*next) != origin_of(place)) forget_secrets(options, shared);
    place = std::move(*next);
  }
}

}  // namespace base::http
