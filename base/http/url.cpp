// Not with libcurl's curl_url(): it reads "http:/host", "http:///host" and "http://host:" as http://host,
// turns the host name "1" into 0.0.0.1, takes a user with a broken percent-encoding, refuses an @ in a
// password, and has neither listen addresses nor sockets. Each of these would need the check that is here
// again.
#include "base/http/url.h"

#include <sys/un.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text/hex.h"

namespace base {
namespace {

constexpr std::string_view kUnixScheme = "unix://";

Result<Endpoint> parse_unix(std::string_view path) {
  if (!path.starts_with('/')) return fail("\"unix://{}\" needs an absolute path: unix:///path", path);
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return fail("the socket path {} is longer than {} bytes", path, sizeof(sockaddr_un::sun_path) - 1);
  }
  if (path.find('\0') != std::string_view::npos) return fail("the socket path contains a NUL byte");
  return Endpoint{.host = {}, .port = 0, .unix_path = std::string(path)};
}

Result<int> parse_port(std::string_view text) {
  int port = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 0 || port > 65535) {
    return fail("\"{}\" is not a port", text);
  }
  return port;
}

// host, host:port, [v6] or [v6]:port; `default_port` < 0: a port is required.
Result<Endpoint> parse_host_and_port(std::string_view text, int default_port) {
  Endpoint endpoint;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return fail("\"{}\" has no closing bracket", text);
    endpoint.host = text.substr(1, close - 1);
    rest = text.substr(close + 1);
  } else {
    const auto colon = text.find(':');
    if (colon != std::string_view::npos && text.find(':', colon + 1) != std::string_view::npos) {
      return fail("\"{}\": an IPv6 address needs brackets: [::1]:9870", text);
    }
    endpoint.host = text.substr(0, colon);
    if (colon != std::string_view::npos) rest = text.substr(colon);
  }
  for (const char c : endpoint.host) {
    if (c <= ' ' || c == 0x7f || c == '/' || c == '?' || c == '#')
      return fail("\"{}\" is not a host", endpoint.host);
  }
  if (rest.empty()) {
    if (default_port < 0) return fail("\"{}\" has no port", text);
    endpoint.port = default_port;
    return endpoint;
  }
  if (!rest.starts_with(':')) return fail("\"{}\" is not host:port", text);
  auto port = parse_port(rest.substr(1));
  if (!port) return std::unexpected(port.error());
  endpoint.port = *port;
  return endpoint;
}

}  // namespace

std::string Endpoint::str() const {
  if (!unix_path.empty()) return fmt::format("unix://{}", unix_path);
  if (host.find(':') != std::string::npos) return fmt::format("[{}]:{}", host, port);
  return fmt::format("{}:{}", host, port);
}

Result<Endpoint> parse_listen_address(std::string_view text) {
  if (text.starts_with(kUnixScheme)) return parse_unix(text.substr(kUnixScheme.size()));
  return parse_host_and_port(text, -1);
}

std::string BaseUrl::str() const {
  if (!endpoint.unix_path.empty()) return endpoint.str();
  return fmt::format("{}://{}{}", tls ? "https" : "http", endpoint.str(), prefix);
}

Result<BaseUrl> parse_base_url(std::string_view text) {
  BaseUrl url;
  if (text.starts_with(kUnixScheme)) {
    auto endpoint = parse_unix(text.substr(kUnixScheme.size()));
    if (!endpoint) return std::unexpected(endpoint.error());
    url.endpoint = std::move(*endpoint);
    return url;
  }
  const auto scheme_end = text.find("://");
  const std::string_view scheme = text.substr(0, scheme_end == std::string_view::npos ? 0 : scheme_end);
  url.tls = scheme == "https";
  if (scheme != "http" && scheme != "https" && scheme != "tcp") {
    return fail("a URL must begin with http://, https:// or unix:///");
  }
  std::string_view rest = text.substr(scheme_end + 3);
  const auto authority_end = rest.find_first_of("/?#");
  std::string_view authority = rest.substr(0, authority_end);
  if (authority_end != std::string_view::npos) url.prefix = rest.substr(authority_end);
  if (url.prefix.find_first_of("?#") != std::string::npos)
    return fail("a base URL must not have a query or a fragment");
  for (const char c : url.prefix) {
    if (c <= ' ' || c >= 0x7f) return fail("the path of a URL must be percent-encoded");
  }
  while (url.prefix.ends_with('/')) url.prefix.pop_back();

  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    const auto colon = user_info.find(':');
    auto user = percent_decode(user_info.substr(0, colon));
    auto password =
        percent_decode(colon == std::string_view::npos ? std::string_view() : user_info.substr(colon + 1));
    if (!user || !password) return fail("the user info of a URL must be percent-encoded");
    url.user = std::move(*user);
    url.password = std::move(*password);
  }
  auto endpoint = parse_host_and_port(authority, url.tls ? 443 : 80);
  if (!endpoint) return std::unexpected(endpoint.error());
  if (endpoint->host.empty()) return fail("a URL needs a host");
  url.endpoint = std::move(*endpoint);
  return url;
}

Result<BaseUrl> parse_http_url(std::string_view text) {
  if (!text.starts_with("http://") && !text.starts_with("https://"))
    return fail("a URL must begin with http:// or https://");
  auto url = parse_base_url(text);
  if (url && (!url->user.empty() || !url->password.empty()))
    return fail("must not hold a user or a password");
  return url;
}

SplitUrl split_url(std::string_view url) {
  const auto scheme = url.find("://");
  const auto host = scheme == std::string_view::npos ? url.size() : scheme + 3;
  const auto end = std::min(url.find_first_of("/?#", host), url.size());
  SplitUrl parts{.server = std::string(url.substr(0, end)), .path = std::string(url.substr(end))};
  if (!parts.path.starts_with('/')) parts.path.insert(0, "/");
  return parts;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return fail("a % is not followed by two hexadecimal digits");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

Result<std::multimap<std::string, std::string>> parse_query(std::string_view query) {
  std::string spaced(query);
  std::ranges::replace(spaced, '+', ' ');
  std::multimap<std::string, std::string> parameters;
  for (std::string_view rest = spaced; !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    if (equals == 0) continue;
    auto name = percent_decode(pair.substr(0, equals));
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!name) return std::unexpected(name.error());
    if (!value) return std::unexpected(value.error());
    parameters.emplace(std::move(*name), std::move(*value));
  }
  return parameters;
}

bool is_link(std::string_view link) {
  constexpr std::string_view kAllowed = "-._~:/?#@!$&()*+,;=%";
  if (link.empty() || !std::ranges::all_of(link, [&](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || kAllowed.find(c) != std::string_view::npos;
      })) {
    return false;
  }
  if (link.starts_with("http://") || link.starts_with("https://")) return true;
  // A colon before any slash would be a scheme; two slashes would be another host.
  return !link.starts_with("//") &&
         link.substr(0, link.find_first_of("/?#")).find(':') == std::string_view::npos;
}

}  // namespace base
