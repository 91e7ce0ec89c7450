#include "base/http/url.h"

#include "tests/catch.h"

TEST_CASE("a listen address is read") {
  const auto [text, host, port, path] = GENERATE(table<std::string, std::string, int, std::string>({
      {"127.0.0.1:9870", "127.0.0.1", 9870, ""},
      {"localhost:0", "localhost", 0, ""},
      {"[::1]:9869", "::1", 9869, ""},
      {":9869", "", 9869, ""},
      {"unix:///run/salus.sock", "", 0, "/run/salus.sock"},
  }));
  CAPTURE(text);
  const auto endpoint = base::parse_listen_address(text);
  REQUIRE(endpoint);
  CHECK(endpoint->host == host);
  CHECK(endpoint->port == port);
  CHECK(endpoint->unix_path == path);
  CHECK(endpoint->str() == text);
}

TEST_CASE("a listen address that cannot be meant is refused") {
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {"", "\"\" has no port"},
      {"127.0.0.1", "\"127.0.0.1\" has no port"},
      {"127.0.0.1:", "\"\" is not a port"},
      {"127.0.0.1:65536", "\"65536\" is not a port"},
      {"127.0.0.1:-1", "\"-1\" is not a port"},
      {"127.0.0.1:80x", "\"80x\" is not a port"},
      {"::1:80", "\"::1:80\": an IPv6 address needs brackets: [::1]:9870"},
      {"[::1:80", "\"[::1:80\" has no closing bracket"},
      {"[::1]80", "\"[::1]80\" is not host:port"},
      {"a b:80", "\"a b\" is not a host"},
      {"unix://run/x", "\"unix://run/x\" needs an absolute path: unix:///path"},
  }));
  CAPTURE(text);
  const auto endpoint = base::parse_listen_address(text);
  REQUIRE_FALSE(endpoint);
  CHECK(endpoint.error().message == reason);
}

TEST_CASE("a socket path must fit the kernel's address") {
  CHECK(base::parse_listen_address("unix:///" + std::string(106, 'x')));
  CHECK_FALSE(base::parse_listen_address("unix:///" + std::string(107, 'x')));
}

TEST_CASE("a base URL is read, and printed without its user info") {
  const auto plain = base::parse_base_url("http://prometheus:9090/prefix/");
  REQUIRE(plain);
  CHECK_FALSE(plain->tls);
  CHECK(plain->endpoint.str() == "prometheus:9090");
  CHECK(plain->prefix == "/prefix");
  CHECK(plain->str() == "http://prometheus:9090/prefix");

  const auto secret = base::parse_base_url("https://us%65r:p%40ss@example.org");
  REQUIRE(secret);
  CHECK(secret->tls);
  CHECK(secret->endpoint.port == 443);
  CHECK(secret->user == "user");
  CHECK(secret->password == "p@ss");
  CHECK(secret->str() == "https://example.org:443");

  CHECK(base::parse_base_url("https://user:p@ss@example.org")->password == "p@ss");
  CHECK(base::parse_base_url("http://1")->endpoint.host == "1");
  CHECK(base::parse_base_url("tcp://10.0.0.1:2375")->str() == "http://10.0.0.1:2375");
  CHECK(base::parse_base_url("http://[::1]:80")->endpoint.host == "::1");
  CHECK(base::parse_base_url("unix:///run/docker.sock")->str() == "unix:///run/docker.sock");
}

TEST_CASE("a base URL that cannot be meant is refused without repeating a secret") {
  const auto text =
      GENERATE(as<std::string>{}, "", "prometheus:9090", "ftp://host", "http://", "http://:80", "http:/host",
               "http:///host", "http://host:", "http://secret@", "http://secret%zz@host",
               "http://secret@host:port", "http://host/a b", "http://host/?secret=1", "unix://relative");
  CAPTURE(text);
  const auto url = base::parse_base_url(text);
  REQUIRE_FALSE(url);
  CHECK(url.error().message.find("secret") == std::string::npos);
}

TEST_CASE("an HTTP URL has no other scheme and no user") {
  CHECK(base::parse_http_url("https://host/prefix/")->str() == "https://host:443/prefix");
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {"unix:///run/docker.sock", "a URL must begin with http:// or https://"},
      {"tcp://host:1", "a URL must begin with http:// or https://"},
      {"host", "a URL must begin with http:// or https://"},
      {"http://", "a URL needs a host"},
      {"http://user@host", "must not hold a user or a password"},
      {"http://:password@host", "must not hold a user or a password"},
  }));
  CAPTURE(text);
  const auto url = base::parse_http_url(text);
  REQUIRE_FALSE(url);
  CHECK(url.error().message == reason);
}

TEST_CASE("a URL is split into server and path") {
  const auto [text, server, path] = GENERATE(table<std::string, std::string, std::string>({
      {"http://host:80", "http://host:80", "/"},
      {"http://host/", "http://host", "/"},
      {"https://host/a/b?c=/d", "https://host", "/a/b?c=/d"},
      {"http://host?c=d", "http://host", "/?c=d"},
      {"http://host#part", "http://host", "/#part"},
      {"host/path", "host/path", "/"},
      {"", "", "/"},
  }));
  CAPTURE(text);
  const auto parts = base::split_url(text);
  CHECK(parts.server == server);
  CHECK(parts.path == path);
}

TEST_CASE("percent-encoding comes back as it was") {
  CHECK(base::percent_encode("a b/c%d?é") == "a%20b%2Fc%25d%3F%C3%A9");
  CHECK(base::percent_encode("Az09-._~") == "Az09-._~");
  std::string every_byte;
  for (int c = 0; c < 256; ++c) every_byte += static_cast<char>(c);
  CHECK(base::percent_decode(base::percent_encode(every_byte)) == every_byte);
}

TEST_CASE("broken percent-encoding is refused") {
  CHECK_FALSE(base::percent_decode("%"));
  CHECK_FALSE(base::percent_decode("a%2"));
  CHECK_FALSE(base::percent_decode("%zz"));
  CHECK_FALSE(base::percent_decode("%u0041"));
  CHECK(base::percent_decode("+%2b") == "++");
}

TEST_CASE("a query is read as its parameters") {
  const auto [query, expected] = GENERATE(table<std::string, std::multimap<std::string, std::string>>({
      {"", {}},
      {"a", {{"a", ""}}},
      {"a=1&b=x+y%2Bz&a=2", {{"a", "1"}, {"a", "2"}, {"b", "x y+z"}}},
      {"%61=b=c?d&&=e&f=", {{"a", "b=c?d"}, {"f", ""}}},
  }));
  CAPTURE(query);
  CHECK(base::parse_query(query) == expected);
}

TEST_CASE("a query with broken percent-encoding is refused") {
  CHECK_FALSE(base::parse_query("a=1&b=%zz"));
  CHECK_FALSE(base::parse_query("%=1"));
}

TEST_CASE("a safe link leads to pages, to itself and to files beside it") {
  const char* link =
      GENERATE("https://example.org/runbooks/HostDiskFull.md?x=1#y", "http://10.0.0.1:9870/reports", "#logs",
               "WEEKLY_HEALTH_REPORT_2025-12-15.md", "a/b:c", "/reports");
  CAPTURE(link);
  CHECK(base::is_link(link));
}

TEST_CASE("no safe link leads to what a browser would run, or to what breaks out of the link") {
  const char* link =
      GENERATE("", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//example.org/x",
               "https://example.org/\"onclick", "https://example.org/<b>", "https://a b", "x\ny");
  CAPTURE(link);
  CHECK_FALSE(base::is_link(link));
}
