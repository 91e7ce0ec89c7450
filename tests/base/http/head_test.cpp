#include "base/http/head.h"

namespace http = base::http;

namespace {

constexpr std::size_t kMaxBytes = 16 * 1024;
const std::string kHost = "Host: x\r\n";

http::Head read(const std::string& head) {
  const auto result = http::read_head(head, kMaxBytes);
  if (!result) FAIL("refused: " << result.error().message);
  REQUIRE(*result);
  return **result;
}
int refusal(const std::string& head) {
  const auto result = http::read_head(head, kMaxBytes);
  if (result) return 0;
  CHECK_FALSE(result.error().message.empty());
  return result.error().status;
}

}  // namespace

TEST_CASE("a head is read once it is complete") {
  const std::string head = "POST /api/v1/alerts?a=b HTTP/1.1\r\nHost: salus\r\nContent-Length: 12\r\n\r\n";
  for (std::size_t size = 0; size < head.size(); ++size) {
    const auto result = http::read_head(head.substr(0, size), kMaxBytes);
    REQUIRE(result);
    CHECK_FALSE(*result);
  }
  const auto complete = read(head + "{\"rest\":true}");
  CHECK(complete.method == "POST");
  CHECK(complete.target == "/api/v1/alerts?a=b");
  CHECK(complete.size == head.size());
  CHECK(complete.body_size == 12);
  CHECK(complete.keep_alive);
  CHECK(complete.headers.find("host")->second == "salus");
}

TEST_CASE("empty lines before a request are skipped") {
  CHECK(read("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n").size == 31);
}

TEST_CASE("a target is brought into origin form") {
  const auto [target, expected] = GENERATE(table<std::string, std::string>({
      {"/", "/"},
      {"/a%20b", "/a%20b"},
      {"/a?b=c?d", "/a?b=c?d"},
      {"/a?", "/a?"},
      {"http://host:1/a", "/a"},
      {"HTTP://host", "/"},
      {"/.well-known/...", "/.well-known/..."},
  }));
  CHECK(read("GET " + target + " HTTP/1.1\r\n" + kHost + "\r\n").target == expected);
}

TEST_CASE("a hostile target is refused") {
  const auto target = GENERATE(as<std::string>{}, "*", "a", "/a#b", "/%", "/%2", "/%zz", "/%u0041", "/a%00b",
                               "/a%0Ab", "/a%7f", "/../etc", "/a/..", "/a/./b", "/%2e%2E/a", "/a%2f..%2fb",
                               "/a?b=%00", "/a?b=%q", "/\x80", "");
  CAPTURE(target);
  CHECK(refusal("GET " + target + " HTTP/1.1\r\n" + kHost + "\r\n") == 400);
}

TEST_CASE("a request that cannot be read is refused with its status") {
  const auto [head, status] = GENERATE(table<std::string, int>({
      {"\x16\x03\x01", 400},  // a TLS client
      {"GET /\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400},
      {"GET / http/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
      {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"get / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"GET / HTTP/1.1\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n folded\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n", 400},
      {std::string("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 35), 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 411},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\n", 415},
      {"POST / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n", 417},
  }));
  CAPTURE(head);
  CHECK(refusal(head) == status);
}

TEST_CASE("a Content-Length that could be read in two ways is refused") {
  const auto [lengths, status] = GENERATE(table<std::string, int>({
      {"Content-Length: 5\r\n", 0},
      {"Content-Length: 5\r\nContent-Length: 5\r\n", 0},
      {"Content-Length: 5, 5\r\n", 0},
      {"Content-Length: 5\r\nContent-Length: 6\r\n", 400},
      {"Content-Length: 5, 6\r\n", 400},
      {"Content-Length: -5\r\n", 400},
      {"Content-Length: +5\r\n", 400},
      {"Content-Length: 0x5\r\n", 400},
      {"Content-Length: 5 6\r\n", 400},
      {"Content-Length:\r\n", 400},
      {"Content-Length: 5,\r\n", 400},
      {"Content-Length: 99999999999999999999\r\n", 400},
  }));
  CAPTURE(lengths);
  CHECK(refusal("POST / HTTP/1.1\r\n" + kHost + lengths + "\r\n") == status);
}

TEST_CASE("headers have a limit, also when their end never comes") {
  const std::string endless = "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(kMaxBytes, 'a');
  CHECK(refusal(endless) == 431);
  CHECK(refusal(endless + "\r\n\r\n") == 431);
  CHECK(refusal("GET /" + std::string(9000, 'a')) == 414);
  CHECK(refusal("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n") == 414);
  CHECK(refusal("GET /" + std::string(7000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n") == 0);
  std::string empty_lines;
  while (empty_lines.size() <= kMaxBytes) empty_lines += "\r\n";
  CHECK(refusal(empty_lines) == 431);
}

TEST_CASE("whether the connection stays is read from version and Connection") {
  const auto [version, header, keep] = GENERATE(table<std::string, std::string, bool>({
      {"1.1", "", true},
      {"1.1", "Connection: close\r\n", false},
      {"1.1", "Connection: TE, Close\r\n", false},
      {"1.1", "Connection: keep-alive\r\nConnection: close\r\n", false},
      {"1.0", "", false},
      {"1.0", "Connection: Keep-Alive\r\n", true},
  }));
  CHECK(read("GET / HTTP/" + version + "\r\n" + kHost + header + "\r\n").keep_alive == keep);
}

TEST_CASE("HTTP/1.0 needs no Host") { CHECK(read("GET / HTTP/1.0\r\n\r\n").http_1_0); }

TEST_CASE("gzip is used only for who accepts it") {
  const auto [value, accepted] = GENERATE(table<std::string, bool>({
      {"gzip", true},
      {"deflate, GZIP;q=0.5", true},
      {"gzip; q=1.0, br", true},
      {"gzip;q=0", false},
      {"gzip;q=0.000", false},
      {"br", false},
      {"x-gzip", false},
  }));
  CAPTURE(value);
  CHECK(read("GET / HTTP/1.1\r\n" + kHost + "Accept-Encoding: " + value + "\r\n\r\n").accepts_gzip ==
        accepted);
}

TEST_CASE("100-continue is expected by HTTP/1.1 only") {
  CHECK(read("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\n\r\n").expects_continue);
  CHECK_FALSE(read("POST / HTTP/1.0\r\nHost: x\r\nExpect: 100-continue\r\n\r\n").expects_continue);
}
