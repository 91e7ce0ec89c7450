#include "base/http/date.h"

#include "tests/catch.h"

using base::http::parse_http_date;

namespace {

base::WallTime at(const std::string& text) { return base::parse_rfc3339(text).value(); }
const base::WallTime kNow = at("2026-03-01T12:00:00Z");

}  // namespace

TEST_CASE("a date of a header is read in each of its three forms") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"},
      {"Wed, 21 Oct 2026 07:28:00 GMT", "2026-10-21T07:28:00Z"},
      {"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
      {"Wednesday, 21-Oct-26 07:28:00 GMT", "2026-10-21T07:28:00Z"},
      {"Tuesday, 01-Mar-76 00:00:00 GMT", "2076-03-01T00:00:00Z"},
      {"Tuesday, 01-Mar-77 00:00:00 GMT", "1977-03-01T00:00:00Z"},
      {"Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z"},
      {"Wed Oct 21 07:28:00 2026", "2026-10-21T07:28:00Z"},
      {" Sat, 31 Dec 2016 23:59:60 GMT ", "2017-01-01T00:00:00Z"},
      {"Thu, 29 Feb 2024 00:00:00 GMT", "2024-02-29T00:00:00Z"},
  }));
  CAPTURE(text);
  REQUIRE(parse_http_date(text, kNow));
  CHECK(*parse_http_date(text, kNow) == at(expected));
}

TEST_CASE("what is no date of a header is none") {
  const std::string text = GENERATE(
      "", "soon", "7", "-1", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
      "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
      "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT", "Xxx, 06 Nov 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 08:49:37 GMT and more", "Sun, 06 Nov 9999 08:49:37 GMT",
      "Sun, 06 Nov 0001 08:49:37 GMT", "1994-11-06T08:49:37Z", "Sun Nov 06 08:49:37 94", "Sun, ");
  CAPTURE(text);
  CHECK_FALSE(parse_http_date(text, kNow));
}
