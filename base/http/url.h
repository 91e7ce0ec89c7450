// Addresses in the configuration: to connect to and to listen on.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// A TCP or Unix socket address, not resolved.
struct Endpoint {
  std::string host;         // without brackets; empty: every address (listening)
  int port = 0;             // 0: any free one (listening)
  std::string unix_path;    // set for a Unix socket, then the others are not
  std::string str() const;  // host:port, [v6]:port, :port, unix:///path
};

// host:port, [v6]:port, :port, unix:///path.
Result<Endpoint> parse_listen_address(std::string_view text);

// http://[user[:password]@]host[:port][/prefix], https://…, unix:///path, tcp://… as http://….
struct BaseUrl {
  bool tls = false;
  Endpoint endpoint;
  std::string user;         // decoded
  std::string password;     // decoded
  std::string prefix;       // without a trailing slash; may be empty
  std::string str() const;  // without user info
};

// An error never contains the user info.
Result<BaseUrl> parse_base_url(std::string_view text);
// The same for http:// and https:// only, without user info.
Result<BaseUrl> parse_http_url(std::string_view text);

// A URL in two parts; neither is checked.
struct SplitUrl {
  std::string server;  // https://host:port
  std::string path;    // the rest, with its query; begins with a slash
};
SplitUrl split_url(std::string_view url);

// RFC 3986 percent-encoding of one path segment or query value.
std::string percent_encode(std::string_view text);
// An error when a % is not followed by two hexadecimal digits.
Result<std::string> percent_decode(std::string_view text);
// The parameters of a query, "a=1&b=x+y", decoded: a + is a space. Those without a name are left out. An
// error as above.
Result<std::multimap<std::string, std::string>> parse_query(std::string_view query);

// Whether a link is safe: http(s)://, #anchor or a relative path, with URL characters only. Other schemes,
// such as javascript:, are not.
bool is_link(std::string_view link);

}  // namespace base
