#include "base/http/web/cross_site.h"

#include "tests/catch.h"

namespace http = base::http;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

int status_of(const Pairs& headers, const http::SiteRules& rules = {}, const std::string& body = "",
              const std::string& method = "POST") {
  http::Request request;
  request.method = method;
  request.path = "/-/reload";
  request.headers.insert(headers.begin(), headers.end());
  request.body = body;
  const auto refused = http::refuse_cross_site(request, rules);
  return refused ? refused->status : 200;
}

}  // namespace

TEST_CASE("a browser's request from another site is refused, every other one is not") {
  const auto [headers, status] = GENERATE(table<Pairs, int>({
      {Pairs{}, 200},
      {Pairs{{"Host", "10.0.0.1:9869"}}, 200},
      {Pairs{{"Host", "h:9869"}, {"Origin", "http://h:9869"}}, 200},
      {Pairs{{"Host", "H:9869"}, {"Origin", "http://h:9869"}}, 200},
      {Pairs{{"Host", "h"}, {"Origin", "http://h:80"}}, 200},
      {Pairs{{"Host", "h:443"}, {"Origin", "https://h"}}, 200},
      {Pairs{{"Host", "[::1]:9869"}, {"Origin", "http://[::1]:9869"}}, 200},
      {Pairs{{"Host", "h:9869"}, {"Origin", "http://evil.example"}}, 403},
      {Pairs{{"Host", "h:9869"}, {"Origin", "http://h:9870"}}, 403},
      {Pairs{{"Host", "h:9869"}, {"Origin", "http://h:9869.evil.example"}}, 403},
      {Pairs{{"Host", "h:9869"}, {"Origin", "http://h:9869@evil.example"}}, 403},
      {Pairs{{"Host", "h:9869"}, {"Origin", "null"}}, 403},
      {Pairs{{"Host", "h:9869"}, {"Origin", ""}}, 403},
      {Pairs{{"Origin", "http://h"}}, 403},
      {Pairs{{"Host", "h"}, {"Origin", "http://h"}, {"Origin", "http://evil.example"}}, 403},
      {Pairs{{"Host", "h"}, {"Referer", "http://h/reports?x=http://evil.example"}}, 200},
      {Pairs{{"Host", "h"}, {"Referer", "http://evil.example/?http://h/"}}, 403},
      {Pairs{{"Host", "h"}, {"Sec-Fetch-Site", "same-origin"}}, 200},
      {Pairs{{"Host", "h"}, {"Sec-Fetch-Site", "none"}}, 200},
      {Pairs{{"Host", "h"}, {"Sec-Fetch-Site", "cross-site"}}, 403},
      {Pairs{{"Host", "h"}, {"Sec-Fetch-Site", "same-site"}}, 403},
      {Pairs{{"Host", "h"}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "http://h"}}, 403},
      // Behind a proxy that changes the host.
      {Pairs{{"Host", "127.0.0.1:9870"},
             {"Origin", "https://salus.example"},
             {"Sec-Fetch-Site", "same-origin"}},
       200},
      {Pairs{{"Host", "127.0.0.1:9870"},
             {"Origin", "http://salus.example"},
             {"X-Forwarded-Host", "salus.example"}},
       200},
      {Pairs{{"Host", "127.0.0.1:9870"}, {"Origin", "http://salus.example"}}, 403},
  }));
  CAPTURE(headers);
  CHECK(status_of(headers) == status);
  CHECK(status_of(headers, {}, "", "GET") == 200);
  CHECK(status_of(headers, {}, "", "DELETE") == status);
}

TEST_CASE("the configured URL is this server's, whatever the proxy says") {
  const http::SiteRules rules{.urls = [] { return std::vector<std::string>{"http://salus.example/healer"}; }};
  CHECK(status_of({{"Host", "127.0.0.1:9870"}, {"Origin", "http://salus.example"}}, rules) == 200);
  CHECK(status_of({{"Host", "127.0.0.1:9870"}, {"Origin", "http://other.example"}}, rules) == 403);
}

TEST_CASE("a name that anyone could have registered is not a name of this server") {
  const http::SiteRules rules{.local_names_only = true};
  const auto [host, status] = GENERATE(table<std::string, int>({
      {"evil.example:9869", 403},
      {"127.0.0.1.evil.example", 403},
      {"127.0.0.1:9869", 200},
      {"[::1]:9869", 200},
      {"localhost:9869", 200},
      {"salus-exporter:9869", 200},
      {"box.lan", 200},
      {"evil.localhost", 200},
  }));
  CAPTURE(host);
  CHECK(status_of({{"Host", host}, {"Origin", "http://" + host}}, rules) == status);
  CHECK(status_of({{"Host", host}, {"Sec-Fetch-Site", "same-origin"}}, rules) == status);
  CHECK(status_of({{"Host", host}}, rules) == 200);  // no browser
}

TEST_CASE("a form is no body for a server that takes none") {
  const http::SiteRules rules{.no_form_bodies = true};
  for (const std::string type :
       {"application/x-www-form-urlencoded", "Multipart/Form-Data; boundary=x", "text/plain"}) {
    CAPTURE(type);
    CHECK(status_of({{"Content-Type", type}}, rules, "a=b") == 415);
    CHECK(status_of({{"Content-Type", type}}, rules) == 200);  // curl -d ''
    CHECK(status_of({{"Content-Type", type}}, {}, "a=b") == 200);
  }
  CHECK(status_of({{"Content-Type", "application/json"}}, rules, "{}") == 200);
}
