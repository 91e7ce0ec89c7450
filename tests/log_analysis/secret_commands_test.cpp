#include "log_analysis/secret_commands.h"

#include <string>

#include "tests/catch.h"

using namespace log_analysis;

namespace {

std::string of(const std::string& text, const Value& value) {
  return text.substr(value.begin, value.end - value.begin);
}

}  // namespace

TEST_CASE("an option of one letter may hold a password") {
  const auto [text, secret] = GENERATE(table<std::string, std::string>({
      {"mysql -p kumquat", "kumquat"},
      {"mysql -pkum db", "kum"},
      {"tool -pkumquat", "kumquat"},
      {"tool -p kumquat", "kumquat"},
      {"['tool', '-p', 'kumquat']", "kumquat"},
      {"curl -u bob:kumquat", "kumquat"},
      {"redis-cli -a kumquat", "kumquat"},
      {"ldapsearch -w kumquat", "kumquat"},
      {"unzip -P kumquat", "kumquat"},
      {"docker -p 80:80", ""},
      {"tool -p 5432", ""},
      {"mkdir -p kumquat", ""},
      {"find -print x", ""},
      {"run -u root", ""},
      {"run -u 1000:1000", ""},
      {"tool -a x", ""},
      {"tool -x kumquat", ""},
  }));
  INFO(text);
  CHECK(of(text, option_value(text, text.find('-', text.find("-cli") == 5 ? 6 : 0), 0, 0)) == secret);
}

TEST_CASE("AUTH has a password, alone or behind a name") {
  const auto [text, secret] = GENERATE(table<std::string, std::string>({
      {" kumquat", "kumquat"},
      {" default kumquat", "kumquat"},
      {" PLAIN kumquat", "kumquat"},
      {"\" \"kumquat\"", "kumquat"},
      {" kumquat failed", "kumquat"},
      {" failed", ""},
      {" user bob logged in", ""},
      {": ok", ""},
      {"", ""},
  }));
  INFO(text);
  CHECK(of(text, auth_value(text, 0)) == secret);
}

TEST_CASE("SQL says what identifies a user") {
  const auto [text, secret] = GENERATE(table<std::string, std::string>({
      {" BY 'kumquat'", "kumquat"},
      {" by kumquat", "kumquat"},
      {" WITH plugin AS 'kumquat'", "kumquat"},
      {" BY PASSWORD 'kumquat'", "kumquat"},
      {" as missing", ""},
      {" the cause", ""},
  }));
  INFO(text);
  CHECK(of(text, identified_value(text, 0, 0)) == secret);
  CHECK(of(" ('a', 'b');", inserted_values(" ('a', 'b');", 0)) == "a', 'b");
}
