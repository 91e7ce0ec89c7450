#include "log_analysis/secret_urls.h"

#include <string>

#include "tests/catch.h"

using namespace log_analysis;

TEST_CASE("credentials stand between the scheme and the host") {
  const auto [text, secret] = GENERATE(table<std::string, std::string>({
      {"://bob:pw@host/x", "pw"},
      {"://:pw@host", "pw"},
      {"://bob:p@w@host", "p@w"},
      {"://bob:p/w@host", "p/w"},
      {":\\/\\/bob:pw@host", "pw"},
      {"%3A%2F%2Fbob%3Apw%40host", "pw"},
      {"://0123456789abcdef0@host", "0123456789abcdef0"},
      {"://bob@host", ""},
      {"://host:80/a@b", ""},
      {": x", ""},
  }));
  INFO(text);
  const Value value = credentials_at(text, 0);
  CHECK(text.substr(value.begin, value.end - value.begin) == secret);
}

TEST_CASE("credentials without a scheme stand before the network") {
  const std::string text = "dsn root:pw@tcp(db:3306)/x";
  const Value value = credentials_before(text, text.find('@'), 0);
  CHECK(text.substr(value.begin, value.end - value.begin) == "pw");
  CHECK(credentials_before("mail bob:x@host", 10, 0).end == 0);
}

TEST_CASE("some addresses are secrets") {
  const auto [text, secret] = GENERATE(table<std::string, std::string>({
      {"hooks.slack.com/services/T0/B0/abc", "T0/B0/abc"},
      {"webhooks/12/abcdefghijklmnop", "abcdefghijklmnop"},
      {"webhooks/12/deliveries", ""},
      {"bot12:abcdefghijklmnop/send", "abcdefghijklmnop"},
      {"infura.io/v3/abcdefgh", "abcdefgh"},
      {"ws/btcusdt@trade", ""},
      {"bottle/x", ""},
  }));
  INFO(text);
  const Value value = hook_at(text, 0);
  CHECK(text.substr(value.begin, value.end - value.begin) == secret);
}
