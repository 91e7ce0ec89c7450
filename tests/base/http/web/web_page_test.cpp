#include "base/http/web/web_page.h"

#include "tests/catch.h"

using base::http::Forms;
using Catch::Matchers::Contains;

TEST_CASE("a page's policy allows its own style sheet by its hash, and nothing else") {
  // printf '%s' 'body{color:red}' | openssl dgst -sha256 -binary | base64
  CHECK(base::http::page_policy("body{color:red}") ==
        "default-src 'none'; style-src 'sha256-FcQqt3aNlV7AZnGV4zkQRVeCeJOxbMPnQSx258L803E='; base-uri "
        "'none'; form-action 'none'; "
        "frame-ancestors 'none'");
  CHECK_THAT(base::http::page_policy("", Forms::kToThisServer), Contains("form-action 'self'"));
}

TEST_CASE("a page carries its policy") {
  const auto page = base::http::html_page(403, "<p>no</p>", "p{}");
  CHECK(page.status == 403);
  CHECK(page.content_type == "text/html; charset=utf-8");
  CHECK(page.headers.find("Content-Security-Policy")->second == base::http::page_policy("p{}"));
}
